// <il-passage-set>: fetches the scripts of the kinds inside, for pages that only load those of the activities they hold.

class PassageSet extends HTMLElement {
  connectedCallback() {
    const kinds = new Set([...this.querySelectorAll(".activity[data-kind]")].map((activity) => activity.dataset.kind));
    for (const kind of kinds) {
      if (!customElements.get(`il-${kind.replaceAll("_", "-")}`)) import(`../${kind}/element.js`).catch(() => {});
    }
  }
}

customElements.define("il-passage-set", PassageSet);
