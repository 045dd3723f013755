// What the form's request will cost here, asked of the server a moment after the last key.

const QUIET = 250;

/** Turns what is being typed into figures; of several answers the one to the newest counts. */
export class Costs {
  #ask;
  #show;
  #later;
  #never;
  #timer = null;
  #newest = "";

  /**
   * `ask(text)` promises the figures of a request in JSON, or null; `show(cost)` shows them.
   * `later(call, ms)` and `never(timer)` default to the browser's timers.
   */
  constructor({ ask, show, later, never }) {
    this.#ask = ask ?? askServer;
    this.#show = show;
    this.#later = later ?? ((call, wait) => setTimeout(call, wait));
    this.#never = never ?? ((timer) => clearTimeout(timer));
  }

  /** The form changed; null is a request that cannot be made, which costs nothing. */
  changed(request) {
    this.#never(this.#timer);
    const text = request ? JSON.stringify({ ...request, image: "" }) : "";
    if (text === this.#newest) return;
    this.#newest = text;
    this.#show(null);
    if (text) this.#timer = this.#later(() => this.#start(text), QUIET);
  }

  async #start(text) {
    const cost = await this.#ask(text);
    if (text === this.#newest) this.#show(cost);
  }
}

async function askServer(text) {
  try {
    const reply = await fetch(`/cost?request=${encodeURIComponent(text)}`, { cache: "no-store" });
    return reply.ok ? await reply.json() : null;
  } catch {
    return null; // without a server there is nothing to make either
  }
}
