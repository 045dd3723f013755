// A small picture of a clip that moves while it is pointed at or has the focus.

import { h } from "./element.js";
import { Screen, zoomToFit } from "./screen.js";
import { Playhead } from "../clips/playhead.js";
import { frameSeconds, pass, Reel, tagsOf } from "../clips/timing.js";
import { mayMove } from "../state/settings.js";

const SPACE = { width: 64, height: 64 };

/** One thumbnail; its sheet is fetched when it first comes into view. */
export class Thumbnail {
  #shelf;
  #result;
  #asked = false;

  constructor(shelf, result, watched) {
    this.#shelf = shelf;
    this.#result = result;
    this.screen = new Screen({ label: "" });
    this.screen.canvas.setAttribute("aria-hidden", "true");
    this.playhead = new Playhead({ show: (places) => this.screen.draw(places) });
    this.element = h("div.thumb", {}, this.screen.element);
    watched.watch(this.element, () => this.#load());
  }

  /** Move, or stand still on the first frame. */
  setMoving(moving) {
    if (moving && mayMove()) {
      this.playhead.play();
      return;
    }
    this.playhead.pause();
    this.playhead.seek(0);
  }

  async #load() {
    if (this.#asked) return;
    this.#asked = true;
    try {
      const sheet = await this.#shelf.get(this.#result);
      const reel = new Reel(pass(tagsOf(this.#result)[0]), frameSeconds(this.#result));
      this.screen.load(sheet, [reel]);
      this.screen.setZoom(zoomToFit(this.screen.size, SPACE));
      this.playhead.load([reel]);
    } catch (error) {
      this.element.title = error.message;
      this.element.classList.add("gone");
    }
  }
}

/** Calls back once when an element first comes near the view. */
export class Nearby {
  #calls = new WeakMap();
  #observer;

  /** `root` is what scrolls. */
  constructor(root) {
    this.#observer = new IntersectionObserver((entries) => this.#seen(entries), {
      root,
      rootMargin: "200px",
    });
  }

  /** Call back when `element` comes near. */
  watch(element, call) {
    this.#calls.set(element, call);
    this.#observer.observe(element);
  }

  #seen(entries) {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      this.#observer.unobserve(target);
      this.#calls.get(target)();
    }
  }
}
