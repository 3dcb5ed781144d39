// Keeps a page true that says how far something is ([data-live]), and loads it anew once that has ended or become something else.

const shown = () => document.querySelector("[data-live]");
let pause = 1500;

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
  if (answer.redirected || fresh?.dataset.live !== shown().dataset.live) return location.reload();
  take(fresh);
}

// Only what changed is put in, so that the focus stays and a screen reader says no word twice.
function take(fresh) {
  const words = shown().querySelector("[role=status]"), bar = shown().querySelector("progress");
  const newWords = fresh.querySelector("[role=status]"), newBar = fresh.querySelector("progress");
  if (!bar !== !newBar) return location.reload();
  if (newBar) [bar.max, bar.value] = [newBar.max, newBar.value];
  if (words.textContent.trim() === newWords.textContent.trim()) return;
  words.replaceChildren(...newWords.childNodes);
}

function plan() {
  setTimeout(async () => {
    if (!document.hidden) await look().catch(() => {}); // No connection just now: the next look may succeed.
    plan();
  }, pause);
  pause = Math.min(10000, pause * 1.2);
}
plan();
