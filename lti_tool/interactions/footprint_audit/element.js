// <il-footprint-audit>: takes back the verdict on a line that is decided anew. The rest is plain form.

import { changed, forgetVerdict } from "../announce.js";

class FootprintAudit extends HTMLElement {
  #onChange = (event) => {
    const line = event.target.closest(".audit-line");
    if (!line) return;
    forgetVerdict(line);
    changed(this);
  };

  connectedCallback() {
    this.addEventListener("change", this.#onChange);
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.#onChange);
  }
}

customElements.define("il-footprint-audit", FootprintAudit);
