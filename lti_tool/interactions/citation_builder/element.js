// <il-citation-builder>: shows the rows of the ticked pieces only, in the order of their places, and what they make so far. The boxes,
// selects and radio buttons hold the answer; without this script all rows are shown.

import { announce, changed, fill, forgetVerdict } from "../announce.js";

class CitationBuilder extends HTMLElement {
  #rows = null;

  connectedCallback() {
    this.#rows = this.querySelector("[data-rows]");
    this.#show();
    if (this.dataset.state !== "locked") this.addEventListener("change", this.#onChange);
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.#onChange);
  }

  #onChange = (event) => {
    const box = event.target.closest("[type=checkbox]");
    const row = box ? this.#rowOf(box) : event.target.closest("[data-row]");
    if (!row) return;
    forgetVerdict(row);
    if (box) announce(this, fill(this.#rows.dataset[box.checked ? "ticked" : "unticked"], { piece: nameOf(row) }));
    this.#show();
    changed(this);
  };

  #rowOf(box) {
    return this.#rows.querySelector(`[data-row="${box.value}"]`);
  }

  /** A missed piece's row stays in sight when all is told. Rows keep their place in the page, so that focus is never lost. */
  #show() {
    const boxes = [...this.querySelectorAll(".cite-source [type=checkbox]")];
    for (const box of boxes) {
      const row = this.#rowOf(box);
      row.hidden = !box.checked && !row.querySelector(".part-feedback:not([hidden])");
    }
    const ticked = boxes.filter((box) => box.checked).map((box) => this.#rowOf(box));
    this.querySelector("[data-none]").hidden = [...this.#rows.children].some((row) => !row.hidden);
    this.querySelector(".cite-preview").hidden = ticked.length === 0;
    const preview = this.querySelector("[data-preview]");
    preview.replaceChildren(...ticked.sort((one, other) => placeOf(one) - placeOf(other) || 0).flatMap((row) => [bitOf(row), " "]));
  }
}

const nameOf = (row) => row.querySelector("legend").textContent.trim();

const placeOf = (row) => Number(row.querySelector("select").value) || Infinity;

function bitOf(row) {
  const bit = document.createElement("span");
  bit.className = "cite-bit";
  const chosen = row.querySelector(":checked + span") ?? row.querySelector("legend");
  bit.append(...[...chosen.childNodes].map((node) => node.cloneNode(true)));
  return bit;
}

customElements.define("il-citation-builder", CitationBuilder);
