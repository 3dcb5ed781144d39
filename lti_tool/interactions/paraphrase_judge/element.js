// <il-paraphrase-judge>: takes a verdict away once what it is about has changed. Radio buttons and the text field do the rest.

import { changed, forgetVerdict } from "../announce.js";

class ParaphraseJudge extends HTMLElement {
  #onInput = (event) => {
    if (event.target.matches("textarea")) this.querySelector("[data-checks]")?.setAttribute("hidden", "");
  };

  #onChange = (event) => {
    const sample = event.target.closest("[data-judged]");
    if (sample) forgetVerdict(sample);
    changed(this);
  };

  connectedCallback() {
    this.addEventListener("input", this.#onInput);
    this.addEventListener("change", this.#onChange);
  }

  disconnectedCallback() {
    this.removeEventListener("input", this.#onInput);
    this.removeEventListener("change", this.#onChange);
  }
}

customElements.define("il-paraphrase-judge", ParaphraseJudge);
