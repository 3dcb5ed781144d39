// Answers on their way to the server, whose copy is the truth. Here is only what could not be sent yet, in memory: the newest answer
// of each activity with the time it was given. Messages go one after the other, and again with growing pauses until the server
// has them; a repeat does no harm, for each message of a page has a number.
//
// After the visit has ended they are kept and tried on: the server takes them as soon as the same person is here again.

const PAUSE_MS = 500;
const LONGEST_WAIT_MS = 30000;
const MOST_AFTER_LEAVING = 60000; // what browsers still send for a page that is being left
const GONE = new Set([400, 403, 404, 413]);

export class AnswerQueue {
  #place; // { address, client, since }
  #tell; // called with a state and what the server said
  #pending = new Map(); // item → { fields, at }
  #sending = false;
  #isOver = false;
  #seq = 1;
  #failures = 0;
  #timer = 0;
  #lastContact = Date.now();

  constructor(place, tell) {
    this.#place = place;
    this.#tell = tell;
  }

  get isEmpty() {
    return !this.#sending && this.#pending.size === 0;
  }

  get quietMs() {
    return Date.now() - this.#lastContact;
  }

  // A form that carries its answers itself is one message more.
  countMessage() {
    this.#seq += 1;
    return String(this.#seq);
  }

  put(item, fields) {
    this.#pending.set(item, { fields, at: Date.now() });
    this.#tell("saving");
    this.#plan(PAUSE_MS);
  }

  tryAgainNow() {
    this.#failures = 0;
    return this.send();
  }

  // Without answers, `look` asks only what happened elsewhere.
  async send({ look = false } = {}) {
    clearTimeout(this.#timer);
    if (this.#sending || this.#isOver || (this.#pending.size === 0 && !look)) return;
    const batch = this.#pending;
    this.#pending = new Map();
    this.#sending = true;
    const [state, told] = await this.#post(batch);
    this.#sending = false;
    if (state === "saved" || state === "moved") this.#failures = 0;
    else if (state === "waiting" || state === "ended") this.#keep(batch);
    this.#isOver ||= state === "finished";
    if (!look || state !== "waiting") this.#tell(this.#pending.size && state === "saved" ? "saving" : state, told);
    if (this.#pending.size) this.#plan(this.#failures ? this.#wait() : 0);
  }

  async #post(batch) {
    const now = Date.now();
    const { address, client, since } = this.#place;
    const fields = Object.fromEntries([...batch.values()].flatMap((answer) => [...answer.fields]));
    const ages = Object.fromEntries([...batch].map(([item, answer]) => [item, Math.max(0, now - answer.at)]));
    const body = JSON.stringify({ client, seq: this.countMessage(), since, fields, ages });
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body,
        keepalive: body.length < MOST_AFTER_LEAVING,
      });
      if (answer.status === 401) return ["ended", null];
      const told = await answer.json(); // whoever answers a web page instead is not the tool
      if (answer.ok && told.saved) {
        this.#lastContact = Date.now();
        return [told.finished ? "finished" : told.ended ? "moved" : "saved", told];
      }
      if (answer.status === 409) return ["finished", told];
      return GONE.has(answer.status) && told.reference ? ["refused", told] : ["waiting", null];
    } catch {
      return ["waiting", null];
    }
  }

  #keep(batch) {
    this.#pending = new Map([...batch, ...this.#pending]);
    this.#failures += 1;
  }

  #wait() {
    return Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (this.#failures - 1));
  }

  #plan(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.send(), ms);
  }
}
