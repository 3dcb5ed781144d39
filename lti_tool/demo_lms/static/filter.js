/** Narrows the list of people while one types. Without it, the groups are opened by hand. */

const box = document.querySelector("[data-filter]");
const field = box?.querySelector("input");
const count = box?.querySelector("[data-filter-count]");
const groups = [...document.querySelectorAll("[data-group]")];
const openAtFirst = new Map(groups.map((group) => [group, group.open]));

function filter() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const group of groups) {
    let found = 0;
    for (const item of group.querySelectorAll("[data-person]")) {
      item.hidden = !words.every((word) => item.dataset.person.includes(word));
      if (!item.hidden) found += 1;
    }
    group.hidden = found === 0;
    group.open = words.length ? true : openAtFirst.get(group);
    shown += found;
  }
  count.textContent = words.length ? `${shown} found` : "";
}

if (box) {
  box.hidden = false;
  field.addEventListener("input", filter);
  field.addEventListener("keydown", (event) => {
    // Enter would press the first button of the form, and be somebody by accident.
    if (event.key === "Enter") event.preventDefault();
  });
}
