// Says how saving stands without a screen reader speaking into every sentence one writes: what goes well is only to be read. Trouble is
// told, and so is its end.

const CALM = new Set(["saved", "saving"]);
const troubled = new WeakSet();

export function tell(status, name, words) {
  const isCalm = CALM.has(name);
  status.ariaLive = isCalm && !troubled.has(status) ? "off" : "polite";
  if (!isCalm) troubled.add(status);
  else if (name === "saved") troubled.delete(status);
  if (status.textContent !== words) status.textContent = words;
}
