// <il-media>: shows the line that is being said under a sound's player, and tells the page when the answer changes. Only the newest of
// several players on a page goes on playing.

import { changed } from "../announce.js";

class Media extends HTMLElement {
  #player = null;
  #track = null;

  connectedCallback() {
    this.#player = this.querySelector("audio, video");
    this.addEventListener("change", this.#onChange);
    document.addEventListener("play", this.#onPlay, true);
    if (!this.querySelector("[data-line]")) return;
    this.#track = this.#player.textTracks[0] ?? null;
    if (!this.#track) return;
    this.#track.mode = "hidden"; // its lines are loaded and told, but a sound has no picture to show them on
    this.#track.addEventListener("cuechange", this.#onLine);
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.#onChange);
    document.removeEventListener("play", this.#onPlay, true);
    this.#track?.removeEventListener("cuechange", this.#onLine);
  }

  #onChange = (event) => {
    if (event.target.matches("[type=radio]")) changed(this);
  };

  #onPlay = (event) => {
    if (event.target !== this.#player && event.target.matches?.("audio, video")) this.#player.pause();
  };

  #onLine = () => {
    const line = this.querySelector("[data-line]");
    line.textContent = [...this.#track.activeCues].map((cue) => cue.text).join(" ");
    line.hidden = false;
  };
}

customElements.define("il-media", Media);
