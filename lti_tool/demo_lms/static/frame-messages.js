/**
 * What a page of this LMS does for the tool in its frame, by postMessage, as Canvas does it: platform storage, the height of
 * the frame, scrolling. `data-storage` says where data is kept: "_parent" is this page, another name a frame beside the tool's,
 * nothing means nowhere. `data-frame-resize="no"` is an LMS that does nothing for a frame.
 */

import { MessageError, listen, storageHandlers } from "./platform-storage.js";

const MIN_HEIGHT = 200;
const MAX_HEIGHT = 20000;

const frame = document.querySelector("iframe[data-tool-origin]");
const storageTarget = frame?.dataset.storage;
const storage = frame?.dataset.storageAnswers === "never" ? {} : storageHandlers(frame?.dataset.storageAnswers);

function resize({ height }) {
  const pixels = Number.parseInt(height, 10);
  if (!Number.isFinite(pixels)) throw new MessageError("bad_request", "height must be a number");
  frame.height = String(Math.min(MAX_HEIGHT, Math.max(MIN_HEIGHT, pixels)));
  return {};
}

function scrollToTop() {
  frame.scrollIntoView({ block: "start" });
  return {};
}

/** Read out by screen readers: the tool's frame cannot make itself heard when its page changes. */
function alertReaders({ body }) {
  if (typeof body !== "string" || !body) throw new MessageError("bad_request", "body must be a text");
  document.querySelector("[data-reader-alert]").textContent = body;
  return {};
}

let unloadMessage = null;

function setUnloadMessage({ message }) {
  unloadMessage = String(message ?? "");
  return {};
}

function removeUnloadMessage() {
  unloadMessage = null;
  return {};
}

addEventListener("beforeunload", (event) => {
  if (unloadMessage !== null) event.preventDefault();
});

const frameHandlers = {
  "lti.frameResize": resize,
  "lti.fetchWindowSize": () => ({ height: innerHeight, width: innerWidth, scrollY }),
  "lti.scrollToTop": scrollToTop,
  "lti.screenReaderAlert": alertReaders,
  "lti.setUnloadMessage": setUnloadMessage,
  "lti.removeUnloadMessage": removeUnloadMessage,
};

const handlers = {
  "lti.capabilities": capabilities,
  ...(storageTarget === "_parent" ? storage : {}),
  ...(frame?.dataset.frameResize === "no" ? {} : frameHandlers),
};

function capabilities() {
  const stored = storageTarget
    ? Object.keys(storage).map((subject) => ({ subject, frame: storageTarget }))
    : [];
  const here = Object.keys(handlers).filter((subject) => !Object.hasOwn(storage, subject));
  return { supported_messages: [...here.map((subject) => ({ subject })), ...stored] };
}

if (storageTarget || frame?.dataset.frameResize !== "no") listen(frame?.dataset.toolOrigin, handlers);
