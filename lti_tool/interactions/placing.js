// What stands in `_placing.html` moves by arrow buttons, by the number of its place, or by dragging. The selects hold the answer: they
// stay empty, and the answer blank, until the first move or "Keep this order".

import { announce, changed, fill, forgetVerdict } from "./announce.js";
import { glide } from "./glide.js";

export class Placing extends HTMLElement {
  #list = null;
  #dragged = null;
  #placeBefore = 0;

  connectedCallback() {
    this.#list = this.querySelector("[data-steps]");
    if (this.dataset.state === "locked") return;
    for (const part of this.querySelectorAll("[data-moves], [data-grip]")) part.hidden = false;
    this.querySelector(".instruction").textContent = this.#list.dataset.how;
    this.dataset.ready = "";
    this.querySelector("[data-keep]").hidden = [...this.querySelectorAll("select")].every((select) => select.value);
    this.addEventListener("click", this.#onClick);
    this.addEventListener("change", this.#onChange);
    this.#list.addEventListener("pointerdown", this.#onGrab);
    this.#showEnds();
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#onClick);
    this.removeEventListener("change", this.#onChange);
    this.#list?.removeEventListener("pointerdown", this.#onGrab);
  }

  get #steps() {
    return [...this.#list.children];
  }

  #onClick = (event) => {
    if (event.target.closest("[data-keep]")) return this.#keep();
    const button = event.target.closest("[data-move]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    const step = button.closest("[data-step]");
    const place = this.#steps.indexOf(step) + (button.dataset.move === "up" ? -1 : 1);
    this.#move(step, place);
    this.#settle(step);
  };

  #onChange = (event) => {
    const step = event.target.closest("[data-step]");
    if (!step) return;
    const place = Number(event.target.value);
    if (place) this.#move(step, place - 1);
    this.#settle(step);
  };

  /** Everything else moves around the step, so that focus inside it is never lost. */
  #move(step, index) {
    const others = this.#steps.filter((other) => other !== step);
    glide(this.#steps, () => {
      step.before(...others.slice(0, index));
      step.after(...others.slice(index));
    });
    this.#showEnds();
  }

  #settle(step) {
    this.#fillPlaces();
    const values = { step: textOf(step), place: this.#steps.indexOf(step) + 1, count: this.#steps.length };
    announce(this, fill(this.#list.dataset.moved, values));
    changed(this);
  }

  #keep() {
    this.#fillPlaces();
    announce(this, this.#list.dataset.kept);
    this.#steps[0].querySelector("select").focus();
    changed(this);
  }

  #fillPlaces() {
    this.#steps.forEach((step, index) => {
      step.querySelector("select").value = String(index + 1);
      forgetVerdict(step);
    });
    this.querySelector("[data-keep]").hidden = true;
  }

  /** Buttons that lead nowhere stay focusable but say so. */
  #showEnds() {
    const steps = this.#steps;
    steps.forEach((step, index) => {
      step.querySelector('[data-move="up"]').setAttribute("aria-disabled", String(index === 0));
      step.querySelector('[data-move="down"]').setAttribute("aria-disabled", String(index === steps.length - 1));
    });
  }

  #onGrab = (event) => {
    const step = event.target.closest("[data-step]");
    if (!step || !event.target.closest("[data-grip], .step-text") || event.button !== 0) return;
    if (event.pointerType !== "mouse" && !event.target.closest("[data-grip]")) return;
    event.preventDefault();
    this.#dragged = step;
    this.#placeBefore = this.#steps.indexOf(step);
    step.dataset.dragging = "";
    this.#list.setPointerCapture(event.pointerId);
    this.#list.addEventListener("pointermove", this.#onDrag);
    this.#list.addEventListener("lostpointercapture", this.#onDrop, { once: true });
  };

  #onDrag = (event) => {
    const others = this.#steps.filter((other) => other !== this.#dragged);
    const y = event.clientY - this.#list.getBoundingClientRect().top;
    const index = others.filter((other) => y > middleOf(other)).length;
    if (index !== this.#steps.indexOf(this.#dragged)) this.#move(this.#dragged, index);
  };

  #onDrop = () => {
    this.#list.removeEventListener("pointermove", this.#onDrag);
    const step = this.#dragged;
    this.#dragged = null;
    delete step.dataset.dragging;
    if (this.#steps.indexOf(step) !== this.#placeBefore) this.#settle(step);
  };
}

const textOf = (step) => step.querySelector("[data-name]").textContent.replace(/\s+/g, " ").trim();

// By the layout, not by the box seen, which may be gliding. The list is positioned, so offsets count from it.
const middleOf = (step) => step.offsetTop + step.offsetHeight / 2;
