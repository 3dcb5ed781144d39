// The notes panel saves itself while one writes, and a practice page is saved as evidence without leaving the step.
// The fields lose their names here: the page's form no longer carries them, this script alone does, with the version it knows.

import { tell } from "./tell.js";

const form = document.getElementById("step");
const panel = document.getElementById("notes");
const PAUSE_MS = 700;
const LONGEST_WAIT_MS = 30000;
const STAYS = /^(keep|drop):/;

const changed = new Map(); // name of a field → its element
let timer = 0;
let failures = 0;
let sending = null;

const status = () => panel.querySelector("[role=status]");
const say = (name) => tell(status(), name, status().dataset[name] ?? "");

function adopt() {
  panel.querySelector("[data-plain]").hidden = true;
  for (const field of panel.querySelectorAll("textarea, [name=note_version]")) {
    field.dataset.name = field.name;
    field.removeAttribute("name");
  }
}

const field = (name) => panel.querySelector(`[data-name="${name}"]`);

function typed(event) {
  if (!event.target.dataset.name) return;
  changed.set(event.target.dataset.name, event.target);
  clearTimeout(timer);
  timer = setTimeout(flush, PAUSE_MS);
}

function flush() {
  sending ??= send().finally(() => { sending = null; });
  return sending;
}

async function send() {
  clearTimeout(timer);
  while (changed.size) {
    const batch = new Map([...changed].map(([name, element]) => [name, element.value]));
    const body = new URLSearchParams([...batch, ["note_version", field("note_version").value]]);
    changed.clear();
    const answer = await fetch(panel.dataset.save, { method: "POST", headers: { Accept: "application/json" }, body, keepalive: true }).catch(() => null);
    if (!answer?.ok) return failed(batch, answer);
    failures = 0;
    took(batch.get("note"), await answer.json());
  }
}

function failed(batch, answer) {
  for (const name of batch.keys()) if (field(name)) changed.set(name, field(name));
  if (answer && answer.status < 500 && answer.status !== 401) return say("refused");
  failures += 1;
  say(answer?.status === 401 ? "ended" : "waiting"); // after the visit's end they go out as soon as the same person is here again
  timer = setTimeout(flush, Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (failures - 1)));
}

// What the server kept may hold more than was sent: what another page wrote meanwhile is put behind.
function took(sent, kept) {
  if (kept.ended) {
    for (const each of panel.querySelectorAll("textarea")) each.readOnly = true; // one goes on writing where the visit is
    return say("moved");
  }
  if (kept.version === null) return say("saved");
  field("note_version").value = kept.version;
  if (kept.text === sent) return say("saved");
  const note = field("note");
  const { selectionStart: start, selectionEnd: end } = note;
  note.value = note.value === sent ? kept.text : note.value + kept.text.slice(sent.length);
  note.setSelectionRange(start, end);
  say("merged");
}

// Before the page is left, the notes are with the server; before evidence is saved, the marked words go with it.
async function submitting(event) {
  const button = event.submitter;
  const stays = STAYS.exec(button?.value ?? "");
  if (!stays && !changed.size && !sending) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await flush();
  if (changed.size) return button?.focus(); // no connection: nothing is left behind, the panel says so
  if (!stays) return form.requestSubmit(button);
  await stay(button, stays[1]);
}

async function stay(button, verb) {
  const body = new URLSearchParams({ do: button.value, page: panel.dataset.page, quote: verb === "keep" ? marked(button) : "" });
  const answer = await fetch(panel.dataset.save, { method: "POST", headers: { Accept: "application/json" }, body }).catch(() => null);
  const page = answer?.ok ? await fetch(location.pathname).catch(() => null) : null;
  if (!page?.ok) return say(answer && !answer.ok ? "refused" : "waiting");
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html").getElementById("notes-panel");
  const open = panel.querySelector("details").open || verb === "drop";
  panel.querySelector("details").replaceWith(document.importNode(fresh, true));
  panel.querySelector("details").open = open;
  adopt();
  if (verb === "drop") panel.querySelector("summary").focus();
  else say("kept");
}

function marked(button) {
  const page = button.closest(".browser");
  const selection = getSelection();
  return page && selection.rangeCount && page.contains(selection.anchorNode) ? String(selection).trim() : "";
}

adopt();
panel.addEventListener("input", typed);
document.addEventListener("submit", submitting, { capture: true });
window.addEventListener("online", () => { failures = 0; flush(); });
window.addEventListener("beforeunload", (event) => { if (changed.size) event.preventDefault(); });
window.addEventListener("focus", flush);
document.addEventListener("visibilitychange", flush);
