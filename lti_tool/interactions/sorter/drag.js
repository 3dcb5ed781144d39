// Drags a card over the board of <il-sorter>: with a mouse or pen anywhere on it, by touch on its grip, so that a finger on
// the card still scrolls the page.

const THRESHOLD_PX = 6;

export class CardDrag {
  #board;
  #drop;
  #card = null;
  #start = null;
  #isDragging = false;

  constructor(board, drop) {
    this.#board = board;
    this.#drop = drop;
    board.addEventListener("pointerdown", this.#onPress);
  }

  #onPress = (event) => {
    const card = event.target.closest("[data-piece]");
    const mayDrag = event.pointerType !== "touch" || event.target.closest(".piece-grip");
    if (!card || !mayDrag || event.button !== 0) return;
    this.#card = card;
    this.#start = { x: event.clientX, y: event.clientY };
    addEventListener("pointermove", this.#onMove);
    addEventListener("pointerup", this.#onEnd);
    addEventListener("pointercancel", this.#onEnd);
  };

  #onMove = (event) => {
    const [x, y] = [event.clientX - this.#start.x, event.clientY - this.#start.y];
    if (!this.#isDragging && Math.hypot(x, y) < THRESHOLD_PX) return;
    this.#isDragging = true;
    this.#card.dataset.dragging = "";
    this.#card.style.transform = `translate(${x}px, ${y}px)`;
    this.#mark(binAt(event));
  };

  #onEnd = (event) => {
    removeEventListener("pointermove", this.#onMove);
    removeEventListener("pointerup", this.#onEnd);
    removeEventListener("pointercancel", this.#onEnd);
    const [card, wasDragging] = [this.#card, this.#isDragging];
    const bin = binAt(event);
    this.#card = null;
    this.#isDragging = false;
    delete card.dataset.dragging;
    card.style.transform = "";
    this.#mark(null);
    if (wasDragging && event.type === "pointerup" && this.#board.contains(bin)) this.#drop(card, bin.dataset.bin);
  };

  #mark(target) {
    for (const bin of this.#board.querySelectorAll("[data-bin]")) bin.toggleAttribute("data-over", bin === target);
  }
}

/** The card in hand has `pointer-events: none`, so what lies below it is found. */
function binAt(event) {
  return document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-bin]") ?? null;
}
