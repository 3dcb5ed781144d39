// <il-match>: shows which partners are taken, says when one is taken twice, and takes the old verdict of a changed row away.

import { announce, changed, fill, forgetVerdict } from "../announce.js";

class Match extends HTMLElement {
  #onChange = (event) => {
    const row = event.target.closest("[data-row]");
    if (!row) return;
    forgetVerdict(row);
    this.#showTaken();
    const letter = event.target.selectedOptions[0]?.textContent.split(":")[0].trim();
    const told = event.target.value && this.#countOf(event.target.value) > 1;
    if (told) announce(this, fill(this.querySelector(".match").dataset.twice, { letter }));
    changed(this);
  };

  connectedCallback() {
    this.addEventListener("change", this.#onChange);
    this.#showTaken();
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.#onChange);
  }

  #countOf(partner) {
    return [...this.querySelectorAll(".match-select")].filter((select) => select.value === partner).length;
  }

  #showTaken() {
    for (const partner of this.querySelectorAll("[data-partner]")) {
      partner.dataset.taken = String(Math.min(2, this.#countOf(partner.dataset.partner)));
    }
  }
}

customElements.define("il-match", Match);
