// What a person can do, and what the server's news do to the store; no document in here.

import { decodeSheet } from "../clips/sheets.js";
import { ended, isSketch, listed, withEvent, withRecords } from "./jobs.js";
import { DEFAULTS, randomSeed, subjectOf } from "./requests.js";
import { sha256 } from "../wire/sha256.js";

const PAGE = 100;
/** How many jobs of the history are fetched at first, and more each time. */
export const SHOWN = 60;

/** The parts of the store, as they are before the server has said anything. */
export const EMPTY = {
  connection: "connecting",
  hello: null,
  whole: false, // the first snapshot is here
  jobs: new Map(),
  progress: new Map(), // job -> the latest job.progress
  previews: new Map(), // job -> { sheet, step, num_steps, count }
  sketch: { job: "", message: "" },
  view: "create", // create, compare, play
  selected: "",
  pair: ["", ""],
  search: { words: [], favourite: false },
  older: { before: 0, more: true, busy: false },
  notice: { text: "", tone: "quiet" },
};

/** An id for a job that nobody else makes. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Everything between the panes and the server. */
export class Studio {
  #snapshot = [];
  #asked = null;
  #previews = 0;

  /** `client` is the name under which this page's jobs are known. */
  constructor(store, client) {
    this.store = store;
    this.client = client;
    this.form = null; // the compose pane's
    this.game = null; // the play pane, when it listens
  }

  /** Use a conversation. */
  connect(core) {
    this.core = core;
  }

  /** News from the server. */
  hear(news) {
    const { store } = this;
    switch (news.type) {
      case "ready":
        store.change({ hello: news.hello });
        break;
      case "reset":
        this.#snapshot = [];
        break;
      case "snapshot":
        this.#hearSnapshot(news);
        break;
      case "event":
        this.#hearEvent(news.event);
        break;
      case "progress":
        store.change({ progress: new Map(store.value.progress).set(news.job, news) });
        break;
      case "preview":
        this.#hearPreview(news);
        break;
      case "game":
      case "session":
        this.game?.(news);
        break;
      case "refused":
        if (news.session) this.game?.(news);
        else this.say(news.message, "bad");
        break;
      default:
        throw new Error(`no such news: ${news.type}`);
    }
  }

  /** Tell the person something, also aloud; `tone` is quiet, good or bad. */
  say(text, tone = "quiet") {
    this.store.change({ notice: { text, tone } });
  }

  /** Make a clip and show it; gives the id of the job. */
  submit(request) {
    const job = newId();
    this.#begin(job, { type: "job.submit", job, request, priority: "normal" });
    return job;
  }

  /** Make a sketch; gives the id of the job. */
  submitSketch(request) {
    const job = newId();
    const ask = { type: "job.submit", job, request, priority: "interactive" };
    this.store.change({ sketch: { job, message: "" } });
    this.core.ask(ask).catch((error) => {
      if (this.store.value.sketch.job === job) {
        this.store.change({ sketch: { job, message: error.message } });
      }
    });
    return job;
  }

  /** End a sketch that nobody waits for. */
  dropSketch(job) {
    const { jobs, sketch } = this.store.value;
    if (sketch.job === job) this.store.change({ sketch: { job: "", message: "" } });
    const record = jobs.get(job);
    if (!record || !ended(record)) this.core.ask({ type: "job.cancel", job }).catch(() => {});
  }

  /** Stop a job; the server answers with its true state. */
  async cancel(job) {
    const answer = await this.#send({ type: "job.cancel", job });
    if (answer && answer.state !== "cancelling" && answer.state !== "cancelled") {
      this.say(`Too late to stop it: the job is ${answer.state}.`);
    }
  }

  /** The same request again as a new job. */
  retry(record) {
    const job = newId();
    this.#begin(job, { type: "job.retry", job, retry_of: record.job });
    return job;
  }

  /** The same request with another seed. */
  vary(record) {
    return this.submit({ ...DEFAULTS, ...record.request, seed: randomSeed() });
  }

  /** Make a job a favourite, or no longer. */
  mark(record) {
    const favourite = !record.favourite;
    const said = this.core.tell({ type: "job.mark", job: record.job, favourite });
    if (!said) this.say("There is no connection; the favourite was not changed.", "bad");
  }

  /** Show a job on the stage. */
  select(job) {
    this.store.change({ selected: job, view: "create" });
  }

  /** Put a job beside the one on the stage, or beside the one compared before. */
  compare(job) {
    const { pair, selected, view } = this.store.value;
    const other = view === "compare" && pair[0] ? pair[0] : selected;
    this.store.change({ view: "compare", pair: other === job ? [job, ""] : [other, job] });
  }

  /** Upload a picture, a Uint8Array; gives what a request names it by. */
  async upload(bytes) {
    const hash = sha256(bytes);
    await this.core.upload(bytes, hash);
    return `sha256:${hash}`;
  }

  /** Look for jobs, on the server too: older ones are not all here. */
  search(text, favourite) {
    this.store.change({
      search: { words: text.split(/\s+/).filter(Boolean), favourite },
      older: { ...EMPTY.older },
    });
    return this.loadOlder();
  }

  /** Fetch older jobs until `wanted` that the search finds are here, or there are no more. */
  async loadOlder(wanted = SHOWN) {
    const { search } = this.store.value;
    const asked = { search };
    this.#asked = asked;
    try {
      while (this.store.value.older.more && this.#found() < wanted) {
        await this.#loadPage(search);
        if (this.#asked !== asked) return; // another search began
      }
    } catch (error) {
      this.say(error.message, "bad");
    }
    if (this.#asked === asked) {
      this.store.change({ older: { ...this.store.value.older, busy: false } });
    }
  }

  /** How many jobs of the history that are here the search finds. */
  #found() {
    const { jobs, search } = this.store.value;
    return listed(jobs, search).length;
  }

  async #loadPage(search) {
    const { older } = this.store.value;
    this.store.change({ older: { ...older, busy: true } });
    const { jobs, oldest } = await this.core.ask({
      type: "job.list",
      search: search.words.join(" ").slice(0, 200),
      favourite: search.favourite,
      before: older.before,
      limit: PAGE,
    });
    this.store.change({ jobs: withRecords(this.store.value.jobs, jobs) });
    if (search !== this.store.value.search) return;
    this.store.change({ older: { before: oldest, more: oldest > 0, busy: true } });
  }

  /** Show a job and send it; one that is refused is shown no longer. */
  async #begin(job, ask) {
    const { selected } = this.store.value;
    this.select(job);
    const accepted = await this.#send(ask);
    if (!accepted && this.store.value.selected === job) this.select(selected);
  }

  async #send(ask) {
    try {
      return await this.core.ask(ask);
    } catch (error) {
      this.say(error.message, "bad");
      return null;
    }
  }

  #hearSnapshot({ jobs, more }) {
    this.#snapshot.push(...jobs);
    if (more) return;
    const known = withRecords(new Map(), this.#snapshot);
    this.#snapshot = [];
    this.store.change({ jobs: known, whole: true, older: { ...EMPTY.older } });
    this.loadOlder();
  }

  #hearEvent(event) {
    const { store } = this;
    const jobs = withEvent(store.value.jobs, event);
    store.change({ jobs });
    const record = jobs.get(event.job);
    if (!record || !ended(record)) return;
    this.#forget(event.job);
    if (isSketch(record)) this.#endSketch(record);
    else if (event.type === "job.state" && record.client === this.client) this.#announce(record);
  }

  #announce({ state, request, message }) {
    const what = subjectOf(request).slice(0, 80);
    if (state === "done") this.say(`Done: ${what}`, "good");
    else if (state === "cancelled") this.say(`Cancelled: ${what}`);
    else this.say(`${state === "failed" ? "Failed" : "Interrupted"}: ${message}`, "bad");
  }

  /** Ended sketches are forgotten, but for the one on show. */
  #endSketch(record) {
    const { sketch, jobs } = this.store.value;
    if (sketch.job !== record.job) {
      const kept = new Map(jobs);
      kept.delete(record.job);
      this.store.change({ jobs: kept });
    } else if (record.state === "failed") {
      this.store.change({ sketch: { ...sketch, message: record.message } });
    }
  }

  #forget(job) {
    const progress = new Map(this.store.value.progress);
    const previews = new Map(this.store.value.previews);
    progress.delete(job);
    previews.delete(job);
    this.store.change({ progress, previews });
  }

  async #hearPreview({ job, media, payload, ...layout }) {
    const sheet = await decodeSheet(payload, media, layout);
    const { jobs, previews } = this.store.value;
    const record = jobs.get(job);
    if (record && ended(record)) return; // the result is here already
    this.#previews += 1;
    const preview = { sheet, step: layout.step, num_steps: layout.num_steps };
    const whole = new Map(previews).set(job, { ...preview, count: this.#previews });
    this.store.change({ previews: whole });
  }
}
