// <il-lateral-lab>: tells how many passages are cited, and takes back a verdict on what has since been changed. The rest is plain form.

import { announce, changed, fill, forgetVerdict } from "../announce.js";

class LateralLab extends HTMLElement {
  #onChange = (event) => {
    const part = event.target.closest(".lab-piece, .lab-verdict");
    if (!part) return;
    forgetVerdict(part);
    if (event.target.matches("[type=checkbox]")) {
      const boxes = [...this.querySelectorAll(".lab-cite input")];
      announce(this, fill(this.querySelector("[data-cited]").dataset.cited, { cited: boxes.filter((box) => box.checked).length, saved: boxes.length }));
    }
    changed(this);
  };

  connectedCallback() {
    this.addEventListener("change", this.#onChange);
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.#onChange);
  }
}

customElements.define("il-lateral-lab", LateralLab);
