// Builds the board of <il-sorter> from its plain form: a tray of cards above a row of bins. The form stays, hidden, and holds
// the answer in its radio buttons.

import { fill } from "../announce.js";

const GRIP = '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="M9 6v.1M15 6v.1M9 12v.1m6-.1v.1M9 18v.1m6-.1v.1"/></svg>';

export function buildBoard(form) {
  const board = make("div", "board");
  const tray = makeBin("", form.dataset.tray, form.dataset.back);
  tray.append(make("p", "tray-empty", form.dataset.empty));
  const bins = make("div", "bins");
  bins.append(...listBins(form).map(({ id, label, ...how }) => makeBin(id, label, form.dataset.put, how)));
  board.append(tray, bins);
  for (const fieldset of form.querySelectorAll("[data-card]")) cardsOf(board, binOf(fieldset)).append(makeCard(fieldset));
  return board;
}

export const cardsOf = (board, binId) => board.querySelector(`[data-bin="${binId}"] .bin-cards`);

/** The bin a card of the form is in; empty for the tray. */
export const binOf = (fieldset) => fieldset.querySelector("input:checked")?.value ?? "";

function listBins(form) {
  const labels = [...form.querySelector("[data-card]").querySelectorAll("label")];
  return labels.map((label) => {
    const text = label.querySelector("[data-bin-label]");
    return { id: label.querySelector("input").value, label: text.textContent.trim(), lang: text.lang, shown: text.cloneNode(true).childNodes };
  });
}

function makeBin(id, label, slotText, { lang = "", shown = [label] } = {}) {
  const bin = make("div", id ? "bin" : "bin tray");
  bin.setAttribute("role", "group");
  bin.dataset.bin = id;
  bin.setAttribute("aria-label", label);
  const title = make("p", "bin-title");
  title.append(...shown);
  const slot = make("button", "bin-slot", slotText);
  slot.type = "button";
  slot.disabled = true;
  slot.setAttribute("aria-label", fill("{slot}: {label}", { slot: slotText, label }));
  if (lang) for (const part of [bin, title]) part.lang = lang;
  const cards = make("ul", "bin-cards");
  cards.setAttribute("role", "list");
  bin.append(title, cards, slot);
  return bin;
}

function makeCard(fieldset) {
  const card = make("li", "piece");
  card.dataset.piece = fieldset.dataset.card;
  const button = make("button", "piece-pick");
  button.type = "button";
  button.setAttribute("aria-pressed", "false");
  const grip = make("span", "piece-grip");
  grip.innerHTML = GRIP;
  button.append(grip, textOf(fieldset.querySelector("legend")));
  card.append(button);
  const feedback = fieldset.querySelector(".part-feedback");
  if (feedback) {
    card.dataset.verdict = fieldset.dataset.verdict;
    button.setAttribute("aria-describedby", feedback.id);
    card.append(feedback);
  }
  return card;
}

/** The card's text with its emphasis, but without links: it goes into a button. */
function textOf(legend) {
  const text = make("span", "piece-text");
  text.append(...legend.cloneNode(true).childNodes);
  if (legend.lang) text.lang = legend.lang;
  for (const link of text.querySelectorAll("a")) link.replaceWith(...link.childNodes);
  return text;
}

function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
