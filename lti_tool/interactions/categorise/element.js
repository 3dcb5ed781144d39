// <il-categorise>: tells the page when a box changes, and takes the old verdict of that row away.

import { changed, forgetVerdict } from "../announce.js";

class Categorise extends HTMLElement {
  #onChange = (event) => {
    const thing = event.target.closest("[data-thing]");
    if (!thing) return;
    forgetVerdict(thing);
    changed(this);
  };

  connectedCallback() {
    this.addEventListener("change", this.#onChange);
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.#onChange);
  }
}

customElements.define("il-categorise", Categorise);
