// <il-open-response>: counts the words while somebody writes. The text area does the rest by itself.

import { fill } from "../announce.js";

class OpenResponse extends HTMLElement {
  #onInput = () => {
    const words = this.querySelector("[data-words]");
    const count = this.querySelector("textarea").value.split(/\s+/).filter(Boolean).length;
    const { none, one, many } = words.dataset;
    words.textContent = count === 0 ? none : count === 1 ? one : fill(many, { count });
  };

  connectedCallback() {
    this.addEventListener("input", this.#onInput);
  }

  disconnectedCallback() {
    this.removeEventListener("input", this.#onInput);
  }
}

customElements.define("il-open-response", OpenResponse);
