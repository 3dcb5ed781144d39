// Reading settings take effect at once and are kept without leaving the page. Without this script the panel is a plain form.

const panel = document.getElementById("reading-panel");
const root = document.documentElement;
const status = panel.querySelector("[role=status]");

panel.querySelector("[data-apply]").hidden = true;

function apply({ name, value, dataset }) {
  const attribute = `data-${name.replace("_", "-")}`;
  if ("default" in dataset) root.removeAttribute(attribute);
  else root.setAttribute(attribute, value);
}

async function keep(event) {
  apply(event.target);
  const body = new URLSearchParams({ [event.target.name]: event.target.value });
  try {
    const answer = await fetch(panel.dataset.save, { method: "POST", headers: { Accept: "application/json" }, body });
    status.textContent = answer.ok ? status.dataset.saved : status.dataset.unsaved;
  } catch {
    status.textContent = status.dataset.unsaved;
  }
}

function close(event) {
  if (!panel.open || (event.type === "keydown" && event.key !== "Escape")) return;
  if (event.type === "pointerdown" && panel.contains(event.target)) return;
  panel.open = false;
  if (event.type === "keydown") panel.querySelector("summary").focus();
}

panel.addEventListener("change", keep);
panel.addEventListener("keydown", close);
document.addEventListener("pointerdown", close);
