// <il-choice>: tells the page when the picks change. The radio buttons and boxes do the rest by themselves.

import { changed } from "../announce.js";

class Choice extends HTMLElement {
  #onChange = (event) => {
    if (event.target.matches(".option-control")) changed(this);
  };

  connectedCallback() {
    this.addEventListener("change", this.#onChange);
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.#onChange);
  }
}

customElements.define("il-choice", Choice);
