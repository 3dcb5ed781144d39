// One-key shortcuts: a key presses the button that names it in `aria-keyshortcuts`. They rest in fields and with Ctrl, Alt or Meta, and the
// reading settings turn them off (WCAG 2.1.4). `?` shows the list in a dialog; without scripts it is a page.

const WRITING = "input:not([type=radio], [type=checkbox], [type=submit], [type=button]), textarea, select, [contenteditable]";
const dialog = document.getElementById("keys");

function find(key) {
  const all = [...document.querySelectorAll(`[aria-keyshortcuts="${CSS.escape(key)}"]`)].filter((each) => each.checkVisibility());
  const here = document.activeElement?.closest(".item");
  return all.find((each) => here?.contains(each)) ?? all[0];
}

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (document.documentElement.dataset.shortcuts === "off" || event.target.closest?.(WRITING) || dialog.open) return;
  if (event.key === "?") {
    event.preventDefault();
    return dialog.showModal();
  }
  const target = event.key.length === 1 && !event.repeat ? find(event.key) : null;
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.click();
}

document.addEventListener("keydown", pressed);
document.getElementById("keyboard-link")?.addEventListener("click", (event) => {
  event.preventDefault();
  dialog.showModal();
});
