// Inside an LMS's frame: tells it how tall the page is, shows the top of a new page, has its title read out, and lets it warn before
// unsaved answers are left. Messages go to the origin of this visit's LMS only, as its registration and signed launch gave it.
// Height and scrolling are old and widely understood, so they are simply sent, as text; the rest is sent where the LMS names it among
// its capabilities. Canvas documents all: https://github.com/instructure/canvas-lms/blob/master/doc/api/lti_window_post_message.md

const origin = document.body.dataset.frameOrigin;
const GAP_PX = 24;
const ASKED = "infolit-capabilities";

if (window.parent !== window && origin) {
  const tell = (message) => window.parent.postMessage(message, origin);
  let told = 0;
  const resize = () => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height) + GAP_PX;
    if (Math.abs(height - told) < 4) return;
    told = height;
    tell(JSON.stringify({ subject: "lti.frameResize", height }));
  };
  new ResizeObserver(resize).observe(document.body);
  resize();
  if (!location.hash) tell(JSON.stringify({ subject: "lti.scrollToTop" }));

  let can = new Set();
  const hear = ({ origin: from, data }) => {
    if (from !== origin || data?.subject !== "lti.capabilities.response" || data.message_id !== ASKED) return;
    window.removeEventListener("message", hear);
    can = new Set((data.supported_messages ?? []).map(({ subject }) => subject));
    // A frame that changes its page says nothing to screen readers by itself.
    if (can.has("lti.screenReaderAlert")) tell({ subject: "lti.screenReaderAlert", body: document.title });
  };
  window.addEventListener("message", hear);
  tell({ subject: "lti.capabilities", message_id: ASKED });
  document.addEventListener("il-unsaved", ({ detail: isUnsaved }) => {
    if (!can.has("lti.setUnloadMessage")) return;
    const message = document.body.dataset.unsaved;
    tell(isUnsaved ? { subject: "lti.setUnloadMessage", message } : { subject: "lti.removeUnloadMessage" });
  });
}
