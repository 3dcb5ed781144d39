// <il-confidence>: tells the page when the level or the words change. The radio buttons and the field do the rest by themselves.

import { changed } from "../announce.js";

class Confidence extends HTMLElement {
  #onInput = () => changed(this);

  connectedCallback() {
    this.addEventListener("input", this.#onInput);
  }

  disconnectedCallback() {
    this.removeEventListener("input", this.#onInput);
  }
}

customElements.define("il-confidence", Confidence);
