// The time left of a timed attempt, in minutes (to the nearest) and without hurry: said aloud at five minutes and at one, hidden by its own summary.
// The server keeps the time; when it is over this page hands in what it holds, and a closed one is handed in by the server.

const clock = document.getElementById("clock");
const left = document.getElementById("time-left");
const news = document.getElementById("time-news");
const form = document.getElementById("step");
const MINUTE = 60000;
const LOOKS_EVERY = 10000;
const TOLD_AT = [5, 1];
const endsAt = performance.now() + Number(clock.dataset.leftMs);
const HIDDEN = "il-clock-hidden";
let before = Infinity;

// A browser that keeps nothing for a framed page shows the clock on each page anew.
function remembered(value) {
  try {
    if (value !== undefined) sessionStorage.setItem(HIDDEN, value);
    return sessionStorage.getItem(HIDDEN);
  } catch {
    return null;
  }
}

function show() {
  const ms = endsAt - performance.now();
  const minutes = Math.round(ms / MINUTE);
  const { words, one, less, soon, last } = clock.dataset;
  left.textContent = ms < MINUTE ? less : minutes <= 1 ? one : words.replace("{n}", minutes);
  const due = TOLD_AT.findLast((at) => minutes <= at && before > at);
  if (due && before < Infinity && ms > 0) news.textContent = due === 1 ? last : soon.replace("{n}", minutes);
  before = minutes;
  if (ms > 0) return setTimeout(show, Math.min(ms, LOOKS_EVERY));
  handIn();
}

function handIn() {
  const button = document.createElement("button");
  button.name = "do";
  button.value = "finish";
  button.hidden = true;
  form.append(button);
  form.requestSubmit(button);
}

if (remembered() === "yes") clock.open = false;
clock.addEventListener("toggle", () => remembered(clock.open ? "no" : "yes"));
show();
