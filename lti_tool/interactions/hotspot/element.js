// <il-hotspot>: a place pressed in the picture presses its line in the list; what is marked in the list is shown in the picture. A place
// pointed at or focused in one lights up in the other.

import { announce, changed, forgetVerdict } from "../announce.js";

class Hotspot extends HTMLElement {
  connectedCallback() {
    if (this.dataset.state !== "locked") this.dataset.ready = "";
    this.addEventListener("click", this.#onClick);
    this.addEventListener("change", this.#onChange);
    for (const name of ["pointerover", "focusin", "pointerout", "focusout"]) this.addEventListener(name, this.#onLook);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#onClick);
    this.removeEventListener("change", this.#onChange);
    for (const name of ["pointerover", "focusin", "pointerout", "focusout"]) this.removeEventListener(name, this.#onLook);
  }

  #fieldOf(id) {
    return this.querySelector(`[data-place="${id}"] input`);
  }

  #markOf(id) {
    return this.querySelector(`[data-mark="${id}"]`);
  }

  #onClick = (event) => {
    const mark = event.target.closest("[data-mark]");
    const field = mark && this.#fieldOf(mark.dataset.mark);
    if (!field || field.matches(":disabled")) return;
    field.click();
    announce(this, field.closest("label").textContent.replace(/\s+/g, " ").trim());
  };

  #onChange = (event) => {
    const place = event.target.closest("[data-place]");
    if (!place) return;
    const isSingle = event.target.type === "radio";
    for (const line of isSingle ? this.querySelectorAll("[data-place]") : [place]) {
      forgetVerdict(line);
      this.#markOf(line.dataset.place).removeAttribute("data-verdict");
    }
    for (const line of this.querySelectorAll("[data-place]")) {
      this.#markOf(line.dataset.place).toggleAttribute("data-marked", line.querySelector("input").checked);
    }
    changed(this);
  };

  #onLook = (event) => {
    const id = event.target.closest("[data-mark]")?.dataset.mark ?? event.target.closest("[data-place]")?.dataset.place;
    if (!id) return;
    const isLookedAt = ["pointerover", "focusin"].includes(event.type);
    this.#markOf(id).toggleAttribute("data-lit", isLookedAt);
    this.querySelector(`[data-place="${id}"]`).toggleAttribute("data-lit", isLookedAt);
  };
}

customElements.define("il-hotspot", Hotspot);
