/** Says when newer messages have come in, and offers to show them. Without it, one reloads. */

const place = document.querySelector("[data-log-newest]");
const EVERY_MS = 2000;

function offer() {
  if (place.firstChild) return;
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = "New messages have come in. Show them.";
  place.append(link);
}

async function poll() {
  if (!document.hidden) {
    try {
      const answer = await fetch(place.dataset.logSource, { cache: "no-store" });
      const [newest] = await answer.json();
      if (newest && String(newest.id) !== place.dataset.logNewest) offer();
    } catch {
      // The LMS may be restarting; the next round will tell.
    }
  }
  setTimeout(poll, EVERY_MS);
}

if (place && !new URLSearchParams(location.search).has("page")) poll();
