// <il-numeric>: tells the page when the number changes, and takes the old verdict away.

import { changed, forgetVerdict } from "../announce.js";

class Numeric extends HTMLElement {
  #onInput = () => {
    forgetVerdict(this.querySelector(".numeric"));
    const field = this.querySelector(".numeric-input");
    field.removeAttribute("aria-invalid");
    this.querySelector("[data-unread]")?.setAttribute("hidden", "");
    changed(this);
  };

  connectedCallback() {
    this.addEventListener("input", this.#onInput);
  }

  disconnectedCallback() {
    this.removeEventListener("input", this.#onInput);
  }
}

customElements.define("il-numeric", Numeric);
