// Says a sentence to screen readers through the page's one polite live region; where a page has none, through the activity's own.

export function announce(host, sentence) {
  const region = document.getElementById("announcer") ?? host.querySelector("[data-announce]");
  // The same sentence twice is read twice only if the text differs: a no-break space makes it so.
  if (region) region.textContent = region.textContent === sentence ? `${sentence}\u00a0` : sentence;
}

/** Fills the {names} of a sentence that the template has translated. */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

export function changed(host) {
  host.dispatchEvent(new CustomEvent("il-changed", { bubbles: true }));
}

/** A verdict on an answer that has since been changed is no longer true: take it away. */
export function forgetVerdict(part) {
  part.removeAttribute("data-verdict");
  part.querySelector(".part-feedback")?.setAttribute("hidden", "");
}
