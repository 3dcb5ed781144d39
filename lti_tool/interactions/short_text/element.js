// <il-short-text>: tells the page when the text changes, and takes the old verdict away.

import { changed, forgetVerdict } from "../announce.js";

class ShortText extends HTMLElement {
  #onInput = () => {
    forgetVerdict(this.querySelector(".short-text"));
    changed(this);
  };

  connectedCallback() {
    this.addEventListener("input", this.#onInput);
  }

  disconnectedCallback() {
    this.removeEventListener("input", this.#onInput);
  }
}

customElements.define("il-short-text", ShortText);
