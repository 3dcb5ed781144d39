// Explained words open a popover natively. Where CSS cannot put it beside its word yet, this does: an LMS's frame may be as long as the
// page, and its middle, where popovers open by themselves, out of sight.

const GAP_PX = 6;

function place(event) {
  const card = event.target;
  const word = document.activeElement?.getAttribute("popovertarget") === card.id ? document.activeElement : document.querySelector(`.word[popovertarget="${card.id}"]`);
  if (event.newState !== "open" || !word) return;
  const { left, bottom } = word.getBoundingClientRect();
  const widest = document.documentElement.clientWidth - card.offsetWidth - GAP_PX;
  card.style.position = "absolute";
  card.style.margin = "0";
  card.style.inset = `${bottom + scrollY + GAP_PX}px auto auto ${Math.max(GAP_PX, Math.min(left, widest)) + scrollX}px`;
}

if (!CSS.supports("position-area: block-end")) {
  for (const card of document.querySelectorAll(".word-card")) card.addEventListener("toggle", place);
}
