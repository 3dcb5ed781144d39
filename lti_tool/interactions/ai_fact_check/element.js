// <il-ai-fact-check>: takes back the verdict on a statement that is judged anew. The rest is plain form.

import { changed, forgetVerdict } from "../announce.js";

class AIFactCheck extends HTMLElement {
  #onChange = (event) => {
    const statement = event.target.closest(".fact-statement");
    if (!statement) return;
    forgetVerdict(statement);
    changed(this);
  };

  connectedCallback() {
    this.addEventListener("change", this.#onChange);
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.#onChange);
  }
}

customElements.define("il-ai-fact-check", AIFactCheck);
