// A step of an attempt: what changes is saved by itself, the page says calmly how that stands, and a button that leaves the page waits
// until the server has every answer. `answer_queue.js` sends; here are the form, the words, and the news from other tabs and devices.

import { AnswerQueue } from "./answer_queue.js";
import { tell } from "./tell.js";

const form = document.getElementById("step");
const state = document.getElementById("save-state");
const elsewhere = document.getElementById("elsewhere");
const LOOK_AFTER_MS = 10000; // a page that comes back to the front asks for news, but not all the time

const { save: address, client, since } = form.dataset;
const queue = new AnswerQueue({ address, client, since }, heard);
const touched = new Set(); // activities changed on this page: a form sends no others, which may be older than another device's
const shown = allValues();
let leaving = false;
let pressed = null; // the button that goes on as soon as the server has every answer

function heard(name, told) {
  say(name, told);
  showNews(told?.elsewhere ?? []);
  tellFrame();
  if (name === "saved") goOn();
}

function say(name, told) {
  const words = (name === "refused" && told?.error) || state.dataset[name] || state.dataset.saved;
  if (state.dataset.state !== name) state.dataset.state = name;
  tell(state, name, words);
}

function showNews(items) {
  if (!items.length || !elsewhere.hidden) return;
  elsewhere.hidden = false;
  document.getElementById("elsewhere-words").textContent = elsewhere.dataset.words;
}

// An LMS that is told warns before its own page is left, as the browser does for this one.
let unsaved = false;
function tellFrame() {
  if (unsaved === !queue.isEmpty) return;
  unsaved = !queue.isEmpty;
  document.dispatchEvent(new CustomEvent("il-unsaved", { detail: unsaved }));
}

// All fields of one item, unchecked boxes included as empty lists, so that taking an answer back is saved too.
function fieldsOf(item) {
  const data = new FormData(form);
  const fields = new Map();
  for (const { name, disabled } of form.elements) {
    if (name.startsWith(`${item}.`) && !disabled) fields.set(name, data.getAll(name).map(String));
  }
  return fields;
}

function allValues() {
  const data = new FormData(form);
  return new Map([...data.keys()].map((name) => [name, JSON.stringify(data.getAll(name).map(String))]));
}

// Whatever its control told of: what differs from the page as it came is this page's to send.
function differing() {
  const now = allValues();
  return [...shown.keys(), ...now.keys()].filter((name) => shown.get(name) !== now.get(name)).map((name) => name.split(".")[0]);
}

function changed(event) {
  const item = event.target.closest(".activity")?.id.replace(/^item-/, "").split(".")[0]; // of a question inside an item, the item
  if (!item) return;
  touched.add(item);
  pressed = null;
  queue.put(item, fieldsOf(item));
  tellFrame();
}

function goOn() {
  const button = pressed;
  pressed = null;
  if (button && queue.isEmpty) form.requestSubmit(button);
}

function submitting(event) {
  if (["ended", "moved"].includes(state.dataset.state)) {
    event.preventDefault(); // this page's visit is over: its answers still go out, its buttons lead nowhere
    return queue.tryAgainNow();
  }
  leaving = queue.isEmpty && navigator.onLine;
  if (leaving) {
    form.elements.seq.value = queue.countMessage();
    form.elements.only.disabled = false;
    form.elements.only.value = [...touched, ...differing()].join(" ");
    return;
  }
  event.preventDefault();
  pressed = event.submitter;
  if (!navigator.onLine) say("waiting");
  queue.send();
}

function look() {
  if (document.visibilityState === "hidden") return queue.send();
  if (!queue.isEmpty) return queue.tryAgainNow();
  if (queue.quietMs > LOOK_AFTER_MS && navigator.onLine) queue.send({ look: true });
}

function backOnline() {
  if (!queue.isEmpty) return queue.tryAgainNow();
  if (state.dataset.state === "waiting") say("saved");
  goOn();
}

form.addEventListener("input", changed);
form.addEventListener("change", changed);
form.addEventListener("il-changed", changed);
form.addEventListener("submit", submitting);
form.addEventListener("il-unreached", () => say("waiting"));
form.addEventListener("il-stayed", () => { leaving = false; });
elsewhere.querySelector("button").addEventListener("click", () => location.reload());
window.addEventListener("online", backOnline);
window.addEventListener("focus", look);
window.addEventListener("pageshow", () => { leaving = false; });
document.addEventListener("visibilitychange", look);
window.addEventListener("beforeunload", (event) => {
  if (leaving || queue.isEmpty) return;
  queue.tryAgainNow(); // on its way while the browser asks, and also where it does not ask
  event.preventDefault();
});

// After "check" or "hint" the address names what changed: the reader's focus goes there.
const target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
if (target) target.focus();
