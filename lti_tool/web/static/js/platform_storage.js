// The LMS's storage: two values kept by the window or frame it names, asked for by postMessage.
// A question goes to one origin, the LMS's registered one, and only an answer from there with the question's own id counts.
// Spec: https://www.imsglobal.org/spec/lti-pm-s/v0p1

export class StorageError extends Error {
  // `code` is the LMS's own (`storage_exhaustion` …), or: nowhere, silent.
  constructor(code) {
    super(code);
    this.code = code;
  }
}

// The window that keeps data: around this frame, or the one that opened this window; or a frame of its, by name.
function keeper(target) {
  const around = window.parent !== window ? window.parent : window.opener;
  if (!around) return null;
  if (target === "_parent") return around;
  try {
    return around.frames[target] ?? null;
  } catch {
    return null; // a window of another origin tells of a missing frame by throwing
  }
}

export function platformStorage({ target, origin }) {
  function ask(subject, values, waitMs) {
    const place = target && origin ? keeper(target) : null;
    if (!place) return Promise.reject(new StorageError("nowhere"));
    const id = crypto.randomUUID();
    return new Promise((resolve, reject) => {
      const end = (settle, value) => {
        clearTimeout(timer);
        removeEventListener("message", hear);
        settle(value);
      };
      const hear = ({ origin: from, data }) => {
        if (from !== origin || data?.subject !== `${subject}.response` || data.message_id !== id) return;
        if (data.error) end(reject, new StorageError(data.error.code ?? "bad_request"));
        else end(resolve, data.value ?? null);
      };
      const timer = setTimeout(() => end(reject, new StorageError("silent")), waitMs);
      addEventListener("message", hear);
      place.postMessage({ subject, message_id: id, ...values }, origin);
    });
  }
  return {
    put: (key, value, waitMs) => ask("lti.put_data", { key, value }, waitMs),
    get: (key, waitMs) => ask("lti.get_data", { key }, waitMs),
  };
}

export const keysOf = (key) => [`lti_state_${key}`, `lti_nonce_${key}`];
