// One moment in time for any number of reels: playing, pausing, stepping and looping together.

/** Calls `show(places)`, a place for each reel, whenever one of them changes. */
export class Playhead {
  #frame = 0;
  #before = 0;
  #schedule;
  #unschedule;
  #show;
  #told;

  /**
   * `told()` is called when playing, looping or speed changed. `schedule(step)` calls back once
   * with a time in milliseconds, `unschedule` takes that back; both default to the screen's.
   */
  constructor({ show, told = () => {}, schedule, unschedule }) {
    this.#show = show;
    this.#told = told;
    this.#schedule = schedule ?? ((step) => requestAnimationFrame(step));
    this.#unschedule = unschedule ?? ((frame) => cancelAnimationFrame(frame));
    this.reels = [];
    this.places = [];
    this.moment = 0;
    this.playing = false;
    this.loop = true;
    this.speed = 1;
  }

  /** Seconds of the longest reel. */
  get length() {
    return Math.max(0, ...this.reels.map((reel) => reel.length));
  }

  /** Other reels: from the start, or going on at the same moment. */
  load(reels, { keep = false } = {}) {
    this.reels = reels;
    if (!keep) this.moment = 0;
    this.#place(true);
  }

  /** Play from here; a reel that has ended without a loop begins again. */
  play() {
    if (this.playing || !this.reels.length) return;
    if (!this.loop && this.moment >= this.length) this.moment = 0;
    this.playing = true;
    this.#before = 0;
    this.#frame = this.#schedule((now) => this.#step(now));
    this.#told();
  }

  /** Stay on what is shown. */
  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.#unschedule(this.#frame);
    this.#told();
  }

  /** Play or pause. */
  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Pause on the frame of the first reel that is `steps` from this one, round the end. */
  step(steps) {
    const [reel] = this.reels;
    if (!reel) return;
    this.pause();
    const count = reel.frames.length;
    this.seek((((this.places[0] + steps) % count) + count) % count);
  }

  /** Go to a place of the first reel. */
  seek(place) {
    const [reel] = this.reels;
    if (!reel) return;
    this.moment = reel.starts[place];
    this.#place(false);
  }

  /** Whether the end leads to the start. */
  setLoop(loop) {
    this.loop = loop;
    this.#told();
  }

  /** Times the true speed. */
  setSpeed(speed) {
    this.speed = speed;
    this.#told();
  }

  #step(now) {
    if (!this.playing) return;
    if (this.#before) this.moment += ((now - this.#before) / 1000) * this.speed;
    this.#before = now;
    if (!this.loop && this.moment >= this.length) this.#end();
    else this.#frame = this.#schedule((later) => this.#step(later));
    this.#place(false);
  }

  #end() {
    this.moment = this.length;
    this.playing = false;
    this.#told();
  }

  #place(always) {
    const places = this.reels.map((reel) => reel.at(this.moment, this.loop));
    const same = places.every((place, i) => place === this.places[i]);
    this.places = places;
    if (always || !same) this.#show(places);
  }
}
