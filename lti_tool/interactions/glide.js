// Lets elements glide to where a change of the page has put them, unless the reader prefers reduced motion.

const DURATION_MS = 180;

export function glide(elements, change) {
  const isStill = document.documentElement.dataset.motion === "none" || matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (isStill) return change();
  const before = new Map([...elements].map((element) => [element, element.getBoundingClientRect()]));
  change();
  for (const [element, was] of before) {
    const is = element.getBoundingClientRect();
    const from = `translate(${was.left - is.left}px, ${was.top - is.top}px)`;
    if (was.left !== is.left || was.top !== is.top) {
      element.animate([{ transform: from }, { transform: "none" }], { duration: DURATION_MS, easing: "ease-out" });
    }
  }
}
