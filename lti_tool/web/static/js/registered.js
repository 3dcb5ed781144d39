// After an LMS has registered itself: the button tells the LMS that its frame or window can be closed.
// Spec: https://www.imsglobal.org/spec/lti-dr/v1p0 (the message holds nothing, so it may go to whoever opened this page).

const button = document.getElementById("close");
button.hidden = false;
button.addEventListener("click", () => {
  (window.opener || window.parent).postMessage({ subject: "org.imsglobal.lti.close" }, "*");
});
button.focus({ preventScroll: true });
