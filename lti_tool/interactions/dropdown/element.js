// <il-dropdown>: tells the page when a gap is filled, and takes the old verdict of that gap away.

import { changed, forgetVerdict } from "../announce.js";

class Dropdown extends HTMLElement {
  #onChange = (event) => {
    const gap = event.target.closest("[data-gap]");
    if (!gap) return;
    gap.removeAttribute("data-verdict");
    const remark = this.querySelector(`[data-remark="${gap.dataset.gap}"]`);
    if (remark) forgetVerdict(remark);
    changed(this);
  };

  connectedCallback() {
    this.addEventListener("change", this.#onChange);
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.#onChange);
  }
}

customElements.define("il-dropdown", Dropdown);
