// As-you-type sketches: one small job at a time, a moment after the last key, the newest only.
// The server runs them in a worker of their own, so they wait behind no real job.

import { sketchOf } from "./requests.js";

const QUIET = 350;

/** Turns what is being typed into sketches. */
export class Sketches {
  #submit;
  #cancel;
  #later;
  #never;
  #timer = null;
  #asked = "";
  #job = "";

  /**
   * `submit(request)` makes a job and gives its id, `cancel(job)` ends one. `later(call, ms)` and
   * `never(timer)` default to the browser's timers.
   */
  constructor({ submit, cancel, later, never }) {
    this.#submit = submit;
    this.#cancel = cancel;
    this.#later = later ?? ((call, wait) => setTimeout(call, wait));
    this.#never = never ?? ((timer) => clearTimeout(timer));
  }

  /** The form changed: sketch `request` when the typing rests; null ends all sketching. */
  changed(request) {
    this.#never(this.#timer);
    if (!request) this.#end();
    else this.#timer = this.#later(() => this.#start(sketchOf(request)), QUIET);
  }

  #start(sketch) {
    const asked = JSON.stringify(sketch);
    if (asked === this.#asked) return;
    this.#end();
    this.#asked = asked;
    this.#job = this.#submit(sketch);
  }

  #end() {
    if (this.#job) this.#cancel(this.#job);
    this.#job = "";
    this.#asked = "";
  }
}
