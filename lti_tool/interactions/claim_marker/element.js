// <il-claim-marker>: takes a verdict away once its sentence is marked anew. The radio buttons do the rest by themselves.

import { changed, forgetVerdict } from "../announce.js";

class ClaimMarker extends HTMLElement {
  #onChange = (event) => {
    const sentence = event.target.closest("[data-sentence]");
    if (!sentence) return;
    forgetVerdict(sentence);
    changed(this);
  };

  connectedCallback() {
    this.addEventListener("change", this.#onChange);
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.#onChange);
  }
}

customElements.define("il-claim-marker", ClaimMarker);
