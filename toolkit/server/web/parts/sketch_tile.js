// The sketch of what is being typed: animated, small, and quick to change.

import { h } from "./element.js";
import { Screen, zoomToFit } from "./screen.js";
import { Playhead } from "../clips/playhead.js";
import { frameSeconds, Reel } from "../clips/timing.js";
import { mayMove } from "../state/settings.js";

const SPACE = { width: 128, height: 128 };
const USUAL_FPS = 12;

/** A picture and a line of words that follow the store's sketch. */
export class SketchTile {
  #shelf;
  #store;
  #shown = null;

  constructor(store, shelf) {
    this.#store = store;
    this.#shelf = shelf;
    this.screen = new Screen({ label: "Sketch of what you type" });
    const space = h("div.sketch-space", {}, this.screen.element);
    this.words = h("p.sketch-words");
    this.element = h("figure.sketch", { hidden: true }, space, this.words);
    this.playhead = new Playhead({ show: (places) => this.screen.draw(places) });
    store.watch(["sketch", "jobs", "previews"], (value) => this.#show(value));
  }

  #show({ sketch, jobs, previews }) {
    this.element.hidden = !sketch.job && !this.#shown;
    if (!sketch.job) {
      this.#leave();
      return;
    }
    const record = jobs.get(sketch.job);
    const preview = previews.get(sketch.job);
    const state = record?.state ?? "queued";
    this.element.dataset.state = state;
    this.element.title = record?.request.prompt ?? "";
    this.words.textContent = wordsFor(sketch, state, preview);
    if (state === "done") this.#load(sketch.job, record.result);
    else if (preview) this.#play(preview.sheet, USUAL_FPS, record.request.width);
  }

  #leave() {
    this.#shown = null;
    this.playhead.pause();
    this.element.hidden = true;
  }

  async #load(job, result) {
    if (this.#shown?.layout.result === result.result) return;
    const sheet = await this.#shelf.get(result);
    if (this.#store.value.sketch.job === job) this.#play(sheet, result.fps, result.width);
  }

  #play(sheet, fps, width) {
    if (this.#shown === sheet) return;
    this.#shown = sheet;
    const { num_frames } = sheet.layout;
    const seconds = frameSeconds({ durations: [], fps, num_frames });
    const reel = new Reel(seconds.map((_, frame) => frame), seconds);
    this.screen.load(sheet, [reel], { thin: width / sheet.layout.width });
    this.screen.setZoom(zoomToFit(this.screen.size, SPACE));
    this.playhead.load([reel], { keep: true });
    if (mayMove()) this.playhead.play();
  }
}

function wordsFor({ message }, state, preview) {
  if (message) return message;
  if (state === "done") return "Sketch: few frames, few steps.";
  if (state === "queued" || state === "preparing") return "Sketching…";
  return preview ? `Sketching, step ${preview.step} of ${preview.num_steps}…` : "Sketching…";
}
