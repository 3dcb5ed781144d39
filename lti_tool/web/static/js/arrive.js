// Ends a launch that came without our cookie: gets state and nonce from the LMS's storage and hands the whole to the tool.
// The values are taken out of the storage at once; here they stay for a second try when there is no connection.

import { keysOf, platformStorage } from "./platform_storage.js";

const LONGEST_WAIT_MS = 2000;

const form = document.getElementById("arrive");
const problem = document.getElementById("arrive-problem");
const part = (name) => problem.querySelector(`[data-part=${name}]`);

async function keptValues() {
  const storage = platformStorage(form.dataset);
  const keys = keysOf(form.dataset.key);
  const values = await Promise.all(keys.map((key) => storage.get(key, LONGEST_WAIT_MS).catch(() => null)));
  for (const key of keys) storage.put(key, null, LONGEST_WAIT_MS).catch(() => {});
  return { stored_state: values[0] ?? "", stored_nonce: values[1] ?? "" };
}

const kept = await keptValues();

async function enter() {
  const body = new URLSearchParams([...new FormData(form), ...Object.entries(kept)]);
  try {
    const answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body });
    const told = await answer.json();
    if (answer.ok) location.replace(told.address);
    else show(told);
  } catch {
    show(null);
  }
}

// What the tool says; without an answer the page's own words stand, and the button tries again.
function show(told) {
  for (const name of told ? ["error", "next_step", "reference"] : []) part(name).textContent = told[name];
  part("again").hidden = Boolean(told);
  part("help").hidden = !told;
  document.getElementById("arrive-wait").hidden = true;
  problem.hidden = false;
  problem.querySelector("h1").focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  enter();
});
enter();
