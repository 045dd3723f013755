// One game on the server: opened, played, kept and put back; no document in here.

const FRESH = 60; // frames over which speed is measured

/** A live session; `show(frame)` gets each frame's pixels and sizes, `told()` any other change. */
export class Game {
  #core;
  #show;
  #told;
  #now;
  #acts = new Map(); // act -> when it was said
  #arrivals = [];
  #kept = 0;
  #branches = 0;

  constructor({ core, session, show, told, now = () => performance.now() }) {
    this.#core = core;
    this.#show = show;
    this.#told = told;
    this.#now = now;
    this.session = session;
    this.state = "new"; // new, open, closed
    this.message = "";
    this.actions = [];
    this.snapshots = [];
    this.tick = 0;
    this.act = 0;
    this.delay = null; // milliseconds from an action to its frame
    this.valid = null; // share of cells that look like the world, null where it is not measured
    this.ledBack = 0; // how often a drifted dream was led back to an earlier frame
  }

  /** Begin: `{ world, seed, mode, fps }`. Rejects with the server's words. */
  async open(settings) {
    this.mode = settings.mode;
    const opened = await this.#core.ask({
      type: "session.open",
      session: this.session,
      ...settings,
    });
    this.#begin(opened);
  }

  /** Do an action. */
  play(action) {
    if (this.state !== "open") return;
    this.act += 1;
    this.#acts.set(this.act, this.#now());
    this.#core.tell({ type: "session.act", session: this.session, act: this.act, action });
  }

  /** Keep the present state; gives its name. */
  async keep() {
    this.#kept += 1;
    const snapshot = `moment-${this.#kept}`;
    const kept = await this.#core.ask({
      type: "session.snapshot",
      session: this.session,
      snapshot,
    });
    this.snapshots = [...this.snapshots, { name: snapshot, tick: kept.tick }];
    this.#told();
    return snapshot;
  }

  /** Go back to a kept state. */
  async restore(snapshot) {
    await this.#core.ask({ type: "session.restore", session: this.session, snapshot });
    this.#acts.clear();
    this.#told();
  }

  /** A second game from here; this one stays open until it is closed. */
  async branch() {
    this.#branches += 1;
    const branch = new Game({
      core: this.#core,
      session: `${this.session}.${this.#branches}`,
      show: this.#show,
      told: this.#told,
      now: this.#now,
    });
    const ask = { type: "session.branch", session: this.session, branch: branch.session };
    const opened = await this.#core.ask(ask);
    branch.mode = this.mode;
    branch.snapshots = this.snapshots;
    branch.#kept = this.#kept;
    branch.act = this.act;
    branch.#begin(opened);
    return branch;
  }

  /** It did not open. */
  fail() {
    this.state = "closed";
    this.#told();
  }

  /** End. */
  close() {
    if (this.state !== "open") return;
    this.state = "closed";
    this.#core.ask({ type: "session.close", session: this.session }).catch(() => {});
    this.#told();
  }

  /** News of this session: a frame, or that it ended. */
  hear(news) {
    if (news.session !== this.session) return;
    if (news.type === "game") {
      this.#hearFrame(news);
    } else if (news.type === "refused" || news.state === "closed") {
      if (news.type !== "refused") this.state = "closed";
      this.message = news.message;
      this.#told();
    }
  }

  /** The connection is gone, and the game with it. */
  lose() {
    if (this.state === "closed") return;
    this.state = "closed";
    this.message = "The connection was lost, and with it the game.";
    this.#told();
  }

  /** Frames a second of late. */
  get fps() {
    const span = (this.#arrivals.at(-1) - this.#arrivals[0]) / 1000;
    return span > 0 ? (this.#arrivals.length - 1) / span : 0;
  }

  #begin({ world, width, height, actions, tick }) {
    Object.assign(this, { world, width, height, actions, tick, state: "open" });
    this.#told();
  }

  #hearFrame(frame) {
    const now = this.#now();
    this.tick = frame.tick;
    this.valid = frame.valid >= 0 ? frame.valid : null;
    if (frame.anchored) this.ledBack += 1;
    this.#arrivals.push(now);
    if (this.#arrivals.length > FRESH) this.#arrivals.shift();
    if (this.#acts.has(frame.act)) this.delay = now - this.#acts.get(frame.act);
    for (const act of this.#acts.keys()) if (act <= frame.act) this.#acts.delete(act);
    this.#show(frame);
  }
}

/** RGBA bytes of a frame's RGB bytes. */
export function opaque(rgb) {
  const rgba = new Uint8ClampedArray((rgb.length / 3) * 4);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    rgba[to] = rgb[from];
    rgba[to + 1] = rgb[from + 1];
    rgba[to + 2] = rgb[from + 2];
    rgba[to + 3] = 255;
  }
  return rgba;
}
