// <il-question-funnel>: takes back the verdict on what is decided anew. The rest is plain form.

import { changed, forgetVerdict } from "../announce.js";

class QuestionFunnel extends HTMLElement {
  #onChange = (event) => {
    const part = event.target.closest(".funnel-step, .funnel-question");
    if (part) forgetVerdict(part);
    changed(this);
  };

  connectedCallback() {
    this.addEventListener("change", this.#onChange);
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.#onChange);
  }
}

customElements.define("il-question-funnel", QuestionFunnel);
