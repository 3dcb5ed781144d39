// <il-true-false-reason>: tells the page when judgment or reason change, and takes the old verdicts away: the reason counts only beside
// the judgment, so a change of one makes both verdicts old.

import { changed, forgetVerdict } from "../announce.js";

class TrueFalseReason extends HTMLElement {
  #onChange = (event) => {
    if (!event.target.matches("[type=radio]")) return;
    for (const part of this.querySelectorAll("[data-part]")) forgetVerdict(part);
    changed(this);
  };

  connectedCallback() {
    this.addEventListener("change", this.#onChange);
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.#onChange);
  }
}

customElements.define("il-true-false-reason", TrueFalseReason);
