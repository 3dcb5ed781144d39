// Begins a launch: on to the LMS as soon as this browser keeps our cookie or the LMS keeps state and nonce for us.
// Where it does neither, a window of its own is offered, before anything of the launch is used up.

import { keysOf, platformStorage } from "./platform_storage.js";

const LONGEST_WAIT_MS = 2000; // some LMSs name a storage and never answer (Canvas's mobile apps)
const WAIT_WITH_COOKIE_MS = 500; // then the storage is only a second way

const page = document.getElementById("begin");

async function keepsCookie() {
  try {
    return (await (await fetch(page.dataset.cookie)).json()).kept;
  } catch {
    return false;
  }
}

async function isStored() {
  const { target, origin, key, state, nonce } = page.dataset;
  const storage = platformStorage({ target, origin });
  const [stateKey, nonceKey] = keysOf(key);
  try {
    await Promise.all([storage.put(stateKey, state, LONGEST_WAIT_MS), storage.put(nonceKey, nonce, LONGEST_WAIT_MS)]);
    return true;
  } catch {
    return false; // nowhere, silent, full: the next way is tried
  }
}

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms, false); });
const stored = isStored();
const hasCookie = await keepsCookie();
const found = hasCookie ? await Promise.race([stored, pause(WAIT_WITH_COOKIE_MS)]) : await stored;
if (hasCookie || found) {
  location.replace(page.dataset.next);
} else {
  document.getElementById("begin-wait").hidden = true;
  const other = document.getElementById("begin-window");
  other.hidden = false;
  other.querySelector("h1").focus();
}
