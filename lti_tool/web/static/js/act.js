// Check, hint and act without leaving the page: the form is posted as ever, and of the page that comes back only the one activity is
// put in. What else is typed on the page stays. Runs after player.js, which holds a submit back until every answer is saved.

const form = document.getElementById("step");
const STAYS = /^(check|hint|act):([^:]+)/;
const ENDS = { check: "result", hint: "hints", act: "scene" };
let busy = false;

async function submitting(event) {
  const told = STAYS.exec(event.submitter?.value ?? "");
  if (event.defaultPrevented || !told) return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  const [, verb, item] = told;
  const box = document.getElementById(`item-${item}-box`);
  box.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, event.submitter)) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(box.id);
    if (!answer.ok || !fresh) return location.assign(answer.url);
    put(box, fresh, verb, item, event.submitter.value);
  } catch {
    box.removeAttribute("aria-busy"); // no connection: the answer is still in the form, and the button can be pressed again
    form.dispatchEvent(new CustomEvent("il-unreached"));
  } finally {
    busy = false;
    form.dispatchEvent(new CustomEvent("il-stayed"));
  }
}

function put(box, fresh, verb, item, value) {
  const node = document.importNode(fresh, true);
  box.replaceWith(node);
  const target = document.getElementById(`item-${item}-${ENDS[verb]}`) ?? [...node.querySelectorAll("button")].find((each) => each.value === value);
  target?.focus();
  target?.scrollIntoView({ block: "nearest" });
  form.dispatchEvent(new CustomEvent("il-put", { detail: { item, verb } }));
}

// Enter in a field of an activity presses the button the field names (a search box its search button).
function pressing(event) {
  if (event.key !== "Enter" || !event.target.dataset?.enter) return;
  event.preventDefault();
  form.requestSubmit(event.target.closest(".activity").querySelector(`button[value="${CSS.escape(event.target.dataset.enter)}"]`));
}

form.addEventListener("submit", submitting);
form.addEventListener("keydown", pressing);
