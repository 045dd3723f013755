// The websocket under a Core: opens it, opens it again after a loss, and says how it stands.

import { Core, SUBPROTOCOL } from "./core.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15000;
const STABLE_AFTER = 5000;

/** How a connection stands: `connecting`, `open`, `lost`, or `shut` when only a new link helps. */
export class Connection {
  #core;
  #socket = null;
  #timer = 0;
  #wait = FIRST_WAIT;
  #tell;

  /** `client` and `hear` as for Core; `tell(state)` gets every new state. */
  constructor({ client, hear, tell }) {
    this.#tell = tell;
    this.#core = new Core({ client, hear, wake: () => queueMicrotask(() => this.#flush()) });
    window.addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.retry();
    });
  }

  /** The conversation, to ask and tell things in. */
  get core() {
    return this.#core;
  }

  /** Connect now, if there is no connection. */
  retry() {
    if (this.#socket) return;
    clearTimeout(this.#timer);
    this.open();
  }

  /** Open the websocket. */
  open() {
    this.#tell("connecting");
    const socket = new WebSocket(`ws://${location.host}/`, SUBPROTOCOL);
    const began = performance.now();
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#tell("open");
      this.#core.opened();
    };
    socket.onmessage = ({ data }) => this.#receive(socket, data);
    socket.onclose = () => {
      this.#socket = null;
      this.#core.closed();
      if (performance.now() - began > STABLE_AFTER) this.#wait = FIRST_WAIT;
      this.#later();
    };
    this.#socket = socket;
  }

  #receive(socket, data) {
    try {
      this.#core.receive(data);
    } catch (error) {
      socket.close(); // after a message that makes no sense nothing later does
      throw error;
    }
  }

  #flush() {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    for (const data of this.#core.takeOutgoing()) this.#socket.send(data);
  }

  /** Try again after a while, unless the server says that it does not know this browser. */
  async #later() {
    this.#tell("lost");
    if (await this.#unknown()) {
      this.#tell("shut");
      return;
    }
    if (this.#socket) return;
    const jitter = 0.75 + Math.random() / 2;
    this.#timer = setTimeout(() => this.retry(), this.#wait * jitter);
    this.#wait = Math.min(LONGEST_WAIT, this.#wait * 2);
  }

  async #unknown() {
    try {
      return (await fetch("/readyz", { cache: "no-store" })).status === 401;
    } catch {
      return false; // the server does not answer at all; it may come back
    }
  }
}
