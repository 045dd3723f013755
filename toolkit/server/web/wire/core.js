// A client of playreel.v1 without its socket: what comes in, what goes out, and what is owed.
// Messages that may be said twice wait over a lost connection and are said again.

import {
  Assembly,
  decodeFrame,
  encodeFrame,
  FrameError,
  PREVIEW,
  SESSION,
  UPLOAD,
  split,
} from "./frames.js";

export const SUBPROTOCOL = "playreel.v1";
export const MAX_FRAME = 262144;
/** The server has the answer to these by their job id, however often they come. */
const AGAIN = new Set(["job.submit", "job.retry", "job.cancel"]);

/** The server's `error`, or the loss of the connection that an answer was due on. */
export class Refusal extends Error {
  constructor({ code, message, retryable = false, job = "" }) {
    super(message);
    this.code = code;
    this.retryable = retryable;
    this.job = job;
  }
}

const LOST = { code: "connection_lost", message: "the connection was lost; try again." };

/** One conversation with one server, over any number of connections. */
export class Core {
  #client;
  #hear;
  #wake;
  #outgoing = [];
  #asked = new Map(); // id -> { body, answer, refuse, parts }
  #uploads = new Map(); // stream -> { id, sha256 }
  #assemblies = new Map(); // stream -> Assembly
  #count = 0;
  #greeted = false;
  #coming = ""; // epoch of a snapshot that is not whole yet: until then there is nothing to resume

  /**
   * `client` names the program. `hear(news)` gets everything the server says unasked, with a
   * `type` of `ready`, `reset`, `snapshot`, `event`, `progress`, `preview`, `game`, `session` or
   * `refused`. `wake()` is called when there is something to send.
   */
  constructor({ client, hear, wake }) {
    this.#client = client;
    this.#hear = hear;
    this.#wake = wake;
    this.seq = -1;
    this.epoch = "";
  }

  /** What is to be sent now: strings and ArrayBuffers, in order. */
  takeOutgoing() {
    return this.#outgoing.splice(0);
  }

  /** The socket is open. */
  opened() {
    this.#say({ type: "hello", client: this.#client, max_frame: MAX_FRAME });
  }

  /** The socket is gone: answers that cannot be asked for again will not come. */
  closed() {
    this.#greeted = false;
    this.#outgoing = [];
    this.#assemblies.clear();
    this.#uploads.clear();
    for (const [id, asked] of this.#asked) {
      if (AGAIN.has(asked.body.type)) continue;
      this.#asked.delete(id);
      asked.refuse(new Refusal(LOST));
    }
  }

  /**
   * A promise of the answer to a message. `job.listed` answers with all its parts joined.
   * Rejects with a Refusal.
   */
  ask(body) {
    this.#count += 1;
    const id = `c${this.#count}`;
    return new Promise((answer, refuse) => {
      if (!this.#greeted && !AGAIN.has(body.type)) {
        refuse(new Refusal(LOST));
        return;
      }
      this.#asked.set(id, { body, answer, refuse, parts: [] });
      if (this.#greeted) this.#say({ ...body, id });
    });
  }

  /** Say something that has no answer; without a connection it is not said: returns false. */
  tell(body) {
    if (this.#greeted) this.#say(body);
    return this.#greeted;
  }

  /** A promise that a picture, a Uint8Array with this hash, is on the server. */
  async upload(bytes, sha256) {
    const ready = await this.ask({ type: "upload.start", upload: sha256, size: bytes.length });
    if (ready.known) return;
    const done = new Promise((answer, refuse) => {
      const id = `upload ${ready.stream}`;
      this.#asked.set(id, { body: { type: "upload" }, answer, refuse, parts: [] });
      this.#uploads.set(ready.stream, id);
    });
    for (const frame of split(UPLOAD, ready.stream, bytes, ready.chunk_size)) {
      this.#send(encodeFrame(frame));
    }
    await done;
  }

  /** A message of the server: a string or an ArrayBuffer; throws FrameError for a bad one. */
  receive(data) {
    if (typeof data !== "string") this.#receiveFrame(decodeFrame(data));
    else this.#receiveMessage(JSON.parse(data));
  }

  #say(body) {
    this.#send(JSON.stringify(body));
  }

  #send(data) {
    this.#outgoing.push(data);
    this.#wake();
  }

  #receiveMessage(message) {
    switch (message.type) {
      case "hello_ok":
        this.#greet(message);
        break;
      case "subscribed":
        if (message.reset) this.#hear({ type: "reset" });
        if (message.reset) this.seq = message.seq;
        this.#coming = message.epoch;
        this.epoch = message.reset ? "" : message.epoch;
        break;
      case "snapshot":
        if (!message.more) this.epoch = this.#coming;
        this.#hear({ type: "snapshot", jobs: message.jobs, more: message.more });
        break;
      case "job.queued":
      case "job.state":
      case "job.marked":
        this.seq = Math.max(this.seq, message.seq);
        this.#hear({ type: "event", event: message });
        break;
      case "job.progress":
        this.#hear({ ...message, type: "progress" });
        break;
      case "upload.done":
        this.#answer(this.#uploads.get(message.stream), message);
        this.#uploads.delete(message.stream);
        break;
      default:
        this.#settle(message);
    }
  }

  #greet(hello) {
    this.#greeted = true;
    this.#hear({ type: "ready", hello });
    this.#say({ type: "subscribe", since_seq: this.seq, epoch: this.epoch });
    for (const [id, { body }] of this.#asked) this.#say({ ...body, id });
  }

  /** A direct answer, a part of one, or news of a session that nobody asked for. */
  #settle(message) {
    const asked = this.#asked.get(message.re);
    if (message.type === "error") {
      if (asked) this.#refuse(message.re, message);
      else if (!this.#refuseUploads(message)) this.#hear({ ...message, type: "refused" });
    } else if (asked && message.type === "job.listed") {
      asked.parts.push(...message.jobs);
      if (!message.more) this.#answer(message.re, { ...message, jobs: asked.parts });
    } else if (asked) {
      this.#answer(message.re, message);
    } else {
      this.#hear({ ...message, type: "session" });
    }
  }

  #answer(id, message) {
    this.#asked.get(id)?.answer(message);
    this.#asked.delete(id);
  }

  #refuse(id, error) {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    asked.refuse(new Refusal(error));
  }

  /** An upload that goes wrong is refused without naming it; all that are under way end. */
  #refuseUploads(error) {
    const about = ["upload_refused", "unknown_stream", "disk_full"].includes(error.code);
    if (!about || !this.#uploads.size) return false;
    for (const id of this.#uploads.values()) this.#refuse(id, error);
    this.#uploads.clear();
    return true;
  }

  #receiveFrame(frame) {
    const assembly = this.#assemblies.get(frame.stream) ?? new Assembly();
    this.#assemblies.set(frame.stream, assembly);
    const payload = assembly.add(frame);
    if (payload === null) return;
    this.#assemblies.delete(frame.stream);
    const kinds = { [PREVIEW]: "preview", [SESSION]: "game" };
    if (!(frame.kind in kinds)) throw new FrameError(`nobody asked for frames of ${frame.kind}`);
    this.#hear({ type: kinds[frame.kind], ...assembly.metadata, payload });
  }
}
