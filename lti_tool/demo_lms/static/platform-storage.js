/**
 * Platform storage as LMSs keep it for a tool: https://www.imsglobal.org/spec/lti-pm-s/v0p1.
 * 4096 characters and 500 keys in all, as Canvas has it. Used by the page around the tool, or by a named frame beside it.
 */

const MAX_CHARS = 4096;
const MAX_KEYS = 500;
const store = new Map();

export class MessageError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

function usedChars(exceptKey) {
  let chars = 0;
  for (const [key, value] of store) if (key !== exceptKey) chars += key.length + value.length;
  return chars;
}

function checkKey({ key, message_id: messageId }) {
  if (typeof key !== "string" || !key) throw new MessageError("bad_request", "key must be a text");
  if (!messageId) throw new MessageError("bad_request", "message_id is missing");
}

function putData(message) {
  checkKey(message);
  const { key, value } = message;
  if (value === null || value === undefined) {
    store.delete(key);
    return { key, value: null };
  }
  const text = String(value);
  const isFull = !store.has(key) && store.size >= MAX_KEYS;
  if (isFull || usedChars(key) + key.length + text.length > MAX_CHARS) {
    throw new MessageError("storage_exhaustion", `at most ${MAX_KEYS} keys and ${MAX_CHARS} characters in all`);
  }
  store.set(key, text);
  return { key, value: text };
}

function getData(message) {
  checkKey(message);
  return { key: message.key, value: store.get(message.key) ?? null };
}

/** `answers` is "full" for a storage that has no room for anything, as another tool on the page may have used it up. */
export function storageHandlers(answers) {
  return { "lti.put_data": answers === "full" ? refuseData : putData, "lti.get_data": getData };
}

function refuseData(message) {
  checkKey(message);
  if (message.value === null) return putData(message);
  throw new MessageError("storage_exhaustion", `at most ${MAX_KEYS} keys and ${MAX_CHARS} characters in all`);
}

function readMessage(data) {
  if (typeof data !== "string") return data;
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

function answer(handlers, message) {
  const handler = Object.hasOwn(handlers, message.subject) ? handlers[message.subject] : null;
  if (!handler) throw new MessageError("unsupported_subject", `${message.subject} is not supported here`);
  return handler(message);
}

/** Answer the tool's messages: only those of its own origin, and only at that origin. */
export function listen(toolOrigin, handlers) {
  addEventListener("message", (event) => {
    if (!toolOrigin || event.origin !== toolOrigin || !event.source) return;
    const message = readMessage(event.data);
    if (typeof message?.subject !== "string" || message.subject.endsWith(".response")) return;
    const reply = { subject: `${message.subject}.response`, message_id: message.message_id };
    try {
      Object.assign(reply, answer(handlers, message));
    } catch (problem) {
      reply.error = { code: problem.code ?? "bad_request", message: problem.message };
    }
    event.source.postMessage(reply, toolOrigin);
  });
}
