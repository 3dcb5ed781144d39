// <il-fair-use>: takes a verdict away once its question is answered anew. The radio buttons do the rest by themselves.

import { changed, forgetVerdict } from "../announce.js";

class FairUse extends HTMLElement {
  #onChange = (event) => {
    const part = event.target.closest("[data-part]");
    if (!part) return;
    forgetVerdict(part);
    changed(this);
  };

  connectedCallback() {
    this.addEventListener("change", this.#onChange);
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.#onChange);
  }
}

customElements.define("il-fair-use", FairUse);
