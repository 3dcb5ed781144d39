// Keeps "on its way" on the result page true, until the grade is delivered or refused.

const chip = document.getElementById("delivery");
const OPEN = new Set(["due", "waiting"]);

async function look() {
  try {
    const answer = await fetch(chip.dataset.poll, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { state } = await answer.json();
    if (state !== chip.dataset.state) {
      chip.dataset.state = state;
      chip.textContent = chip.getAttribute(`data-text-${state}`) ?? chip.textContent;
    }
  } catch {
    // No connection just now: the next look may succeed.
  }
}

let pause = 700;
function plan() {
  if (!OPEN.has(chip.dataset.state)) return;
  setTimeout(async () => { await look(); plan(); }, pause);
  pause = Math.min(15000, pause * 1.4);
}
plan();
