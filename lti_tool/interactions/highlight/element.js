// <il-highlight>: takes the remark on a place away once the place is picked anew. The boxes do the rest by themselves.

import { changed, forgetVerdict } from "../announce.js";

class Highlight extends HTMLElement {
  #onChange = (event) => {
    const piece = event.target.closest(".hl-piece");
    if (!piece) return;
    forgetVerdict(piece);
    const remark = this.querySelector(`[data-remark="${CSS.escape(event.target.value)}"]`);
    if (remark) remark.hidden = true;
    changed(this);
  };

  connectedCallback() {
    this.addEventListener("change", this.#onChange);
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.#onChange);
  }
}

customElements.define("il-highlight", Highlight);
