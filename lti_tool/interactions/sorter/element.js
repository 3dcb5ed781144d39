// <il-sorter>: tap a card, then a bin; or drag. By keyboard, Enter on a card leads to the bins, Enter on a bin puts it there
// and leads to the next card, Escape lets go. The answer lives in the radio buttons of the plain form, which is hidden.

import { announce, changed, fill, forgetVerdict } from "../announce.js";
import { glide } from "../glide.js";
import { binOf, buildBoard, cardsOf } from "./board.js";
import { CardDrag } from "./drag.js";

class Sorter extends HTMLElement {
  #form = null;
  #board = null;
  #picked = null;

  connectedCallback() {
    if (this.dataset.state === "locked" || this.#board) return;
    this.#form = this.querySelector("[data-board]");
    this.#board = buildBoard(this.#form);
    this.#form.hidden = true;
    this.#form.after(this.#board);
    this.querySelector(".instruction").textContent = this.#form.dataset.how;
    new CardDrag(this.#board, (card, binId) => this.#put(card, binId));
    this.#board.addEventListener("click", this.#onClick);
    this.#board.addEventListener("keydown", this.#onKey);
    this.#refresh();
  }

  disconnectedCallback() {
    this.#board?.remove();
    this.#board = null;
    if (this.#form) this.#form.hidden = false;
  }

  #onClick = (event) => {
    const byKeyboard = event.detail === 0;
    const card = event.target.closest("[data-piece]");
    const bin = event.target.closest("[data-bin]");
    if (card && event.target.closest(".piece-pick")) return this.#toggle(card, byKeyboard);
    if (bin && this.#picked) this.#put(this.#picked, bin.dataset.bin, event.target.closest(".bin-slot"));
  };

  #onKey = (event) => {
    if (event.key !== "Escape" || !this.#picked) return;
    event.preventDefault();
    const card = this.#picked;
    this.#pick(null);
    card.querySelector(".piece-pick").focus();
  };

  #toggle(card, byKeyboard) {
    const isSame = card === this.#picked;
    this.#pick(isSame ? null : card);
    if (isSame) return;
    announce(this, fill(this.#form.dataset.picked, { card: textOf(card) }));
    card.scrollIntoView({ block: "nearest" });
    if (byKeyboard) this.#board.querySelector(".bins .bin-slot:not(:disabled)").focus();
  }

  #pick(card) {
    this.#picked = card;
    this.#refresh();
  }

  #put(card, binId, moveFocus = true) {
    const fieldset = this.#fieldsetOf(card);
    const wasIn = binOf(fieldset);
    if (binId === wasIn) return this.#pick(null);
    for (const radio of fieldset.querySelectorAll("input")) radio.checked = radio.value === binId;
    glide(this.#board.querySelectorAll(".piece"), () => cardsOf(this.#board, binId).append(card));
    forgetVerdict(card);
    fieldset.removeAttribute("data-verdict");
    this.#pick(null);
    this.#tell(card, binId);
    if (moveFocus) this.#focusNext(card);
    changed(this);
  }

  #tell(card, binId) {
    const left = cardsOf(this.#board, "").children.length;
    const bin = this.#board.querySelector(`[data-bin="${binId}"] .bin-title`).textContent;
    const sentence = binId ? this.#form.dataset.dropped : this.#form.dataset.returned;
    announce(this, fill(sentence, { card: textOf(card), bin, left }));
  }

  #focusNext(card) {
    const next = cardsOf(this.#board, "").firstElementChild ?? card;
    next.querySelector(".piece-pick").focus({ preventScroll: true });
  }

  /** Slots open while a card is picked up, except where it lies already. */
  #refresh() {
    for (const card of this.#board.querySelectorAll(".piece")) {
      card.querySelector(".piece-pick").setAttribute("aria-pressed", String(card === this.#picked));
    }
    for (const bin of this.#board.querySelectorAll("[data-bin]")) {
      bin.querySelector(".bin-slot").disabled = !this.#picked || bin.contains(this.#picked);
    }
    this.#board.toggleAttribute("data-picking", Boolean(this.#picked));
    this.#board.toggleAttribute("data-sorted", cardsOf(this.#board, "").children.length === 0);
  }

  #fieldsetOf(card) {
    return this.#form.querySelector(`[data-card="${card.dataset.piece}"]`);
  }
}

const textOf = (card) => card.querySelector(".piece-text").textContent.trim();

customElements.define("il-sorter", Sorter);
