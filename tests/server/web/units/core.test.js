import { equal, rejects, throws } from "./claims.js";
import { Core, MAX_FRAME, Refusal } from "/wire/core.js";
import { decodeFrame, encodeFrame, FrameError, PREVIEW, RESULT, SESSION } from "/wire/frames.js";

const vectors = async () => (await fetch("/vectors/controls.json")).json();
const HELLO = { type: "hello_ok", re: "", server: "1", epoch: "e", seq: 5, limits: {}, models: [],
  worlds: [], features: [] }; // prettier-ignore

/** A core with what it heard and said. */
function start() {
  const heard = [];
  const core = new Core({ client: "page:t", hear: (news) => heard.push(news), wake: () => {} });
  const said = () => core.takeOutgoing().map((data) => JSON.parse(data));
  const hear = (message) => core.receive(JSON.stringify(message));
  return { core, heard, said, hear };
}

/** As start, greeted and subscribed. */
function greeted() {
  const line = start();
  line.core.opened();
  line.hear(HELLO);
  line.hear({ type: "subscribed", re: "", epoch: "e", seq: 5, reset: true });
  line.hear({ type: "snapshot", seq: 5, jobs: [], more: false });
  line.said();
  line.heard.length = 0;
  return line;
}

export function test_the_first_words_are_hello_then_a_subscription_from_nothing() {
  const { core, said, hear } = start();
  core.opened();
  equal(said(), [{ type: "hello", client: "page:t", max_frame: MAX_FRAME }]);
  hear(HELLO);
  equal(said(), [{ type: "subscribe", since_seq: -1, epoch: "" }]);
}

export async function test_every_server_vector_is_understood() {
  const { server } = await vectors();
  for (const message of server) {
    const { hear, core, heard } = greeted();
    let settled = "open";
    core.ask({ type: "ping" }).then(
      () => (settled = "answer"),
      () => (settled = "refusal"),
    );
    hear({ ...message, ...("re" in message ? { re: "c1" } : {}) });
    await Promise.resolve();
    const news = heard.map(({ type }) => type).join();
    equal([message.type, news || settled], [message.type, WANTED[message.type]]);
  }
}

const WANTED = {
  hello_ok: "ready",
  error: "refusal",
  "job.accepted": "answer",
  "job.cancel_ok": "answer",
  "job.queued": "event",
  "job.state": "event",
  "job.marked": "event",
  "job.progress": "progress",
  "job.listed": "answer",
  subscribed: "open",
  snapshot: "snapshot",
  "result.start": "answer",
  "upload.ready": "answer",
  "upload.done": "open",
  "model.listed": "answer",
  "session.opened": "answer",
  "session.state": "answer",
  pong: "answer",
};

export async function test_what_it_says_has_the_fields_of_the_client_vectors() {
  const { client } = await vectors();
  const fields = new Map(client.map((message) => [message.type, Object.keys(message)]));
  const { core, said } = start();
  core.opened();
  core.receive(JSON.stringify(HELLO));
  core.ask({ type: "job.submit", job: "a", request: {}, priority: "normal" }).catch(() => {});
  core.upload(new Uint8Array(3), "0".repeat(64)).catch(() => {});
  for (const message of said()) {
    for (const name of Object.keys(message)) {
      if (!fields.get(message.type).includes(name)) throw new Error(`${message.type} has ${name}`);
    }
  }
}

export async function test_an_answer_goes_to_who_asked() {
  const { core, said, hear } = greeted();
  const one = core.ask({ type: "ping" });
  const two = core.ask({ type: "job.list", limit: 5 });
  equal(said(), [{ type: "ping", id: "c1" }, { type: "job.list", limit: 5, id: "c2" }]);
  hear({ type: "job.listed", re: "c2", jobs: [{ job: "a" }], more: true, oldest: 0 });
  hear({ type: "pong", re: "c1" });
  hear({ type: "job.listed", re: "c2", jobs: [{ job: "b" }], more: false, oldest: 3 });
  equal((await one).type, "pong");
  equal(await two, { type: "job.listed", re: "c2", jobs: [{ job: "a" }, { job: "b" }],
    more: false, oldest: 3 }); // prettier-ignore
}

export async function test_a_refusal_has_the_servers_words() {
  const { core, hear } = greeted();
  const asked = core.ask({ type: "job.cancel", job: "a" });
  hear({ type: "error", re: "c1", code: "unknown_job", message: "no such job", retryable: false,
    job: "a", session: "" }); // prettier-ignore
  const error = await rejects(asked, Refusal);
  equal([error.message, error.code, error.job], ["no such job", "unknown_job", "a"]);
}

export function test_an_error_that_nobody_asked_for_is_news() {
  const { heard, hear } = greeted();
  hear({ type: "error", re: "", code: "rate_limited", message: "slower", retryable: true });
  equal([heard[0].type, heard[0].message], ["refused", "slower"]);
}

export async function test_a_submission_outlives_the_connection_and_is_said_again() {
  const { core, said, hear } = greeted();
  const submit = { type: "job.submit", job: "a", request: { prompt: "x" }, priority: "normal" };
  const asked = core.ask(submit);
  const listed = core.ask({ type: "job.list", limit: 5 });
  said();
  core.closed();
  equal((await rejects(listed, Refusal)).code, "connection_lost");
  core.opened();
  hear(HELLO);
  equal(said().slice(1), [{ type: "subscribe", since_seq: 5, epoch: "e" }, { ...submit, id: "c1" }]);
  hear({ type: "job.accepted", re: "c1", job: "a", state: "queued", replayed: true, position: 0 });
  equal((await asked).replayed, true);
}

export async function test_a_submission_without_a_connection_waits_for_one() {
  const { core, said, hear } = start();
  core.ask({ type: "job.submit", job: "a", request: {}, priority: "normal" }).catch(() => {});
  await rejects(core.ask({ type: "job.list" }), Refusal);
  equal(core.tell({ type: "job.mark", job: "a", favourite: true }), false);
  core.opened();
  hear(HELLO);
  equal(said().map(({ type }) => type), ["hello", "subscribe", "job.submit"]);
}

export function test_it_resumes_after_the_last_event_it_saw() {
  const { core, said, hear } = greeted();
  hear({ type: "job.marked", seq: 9, at: 1, job: "a", favourite: true });
  core.closed();
  core.opened();
  hear(HELLO);
  equal(said()[1], { type: "subscribe", since_seq: 9, epoch: "e" });
}

export function test_a_new_store_starts_from_its_snapshot() {
  const { core, heard, hear } = greeted();
  hear({ type: "job.marked", seq: 9, at: 1, job: "a", favourite: true });
  hear({ type: "subscribed", re: "", epoch: "other", seq: 2, reset: true });
  hear({ type: "snapshot", seq: 2, jobs: [], more: false });
  equal([core.seq, core.epoch], [2, "other"]);
  equal(heard.map(({ type }) => type), ["event", "reset", "snapshot"]);
}

export function test_a_snapshot_that_was_cut_off_is_asked_for_again() {
  const { core, said, hear } = greeted();
  hear({ type: "subscribed", re: "", epoch: "other", seq: 9, reset: true });
  hear({ type: "snapshot", seq: 9, jobs: [], more: true });
  core.closed();
  core.opened();
  hear(HELLO);
  equal(said()[1].epoch, "");
}

export async function test_a_picture_is_sent_in_chunks_and_awaited() {
  const { core, hear } = greeted();
  const bytes = Uint8Array.from({ length: 250 }, (_, i) => i);
  const sending = core.upload(bytes, "ab".repeat(32));
  equal(JSON.parse(core.takeOutgoing()[0]), { type: "upload.start", upload: "ab".repeat(32),
    size: 250, id: "c1" }); // prettier-ignore
  hear({ type: "upload.ready", re: "c1", upload: "ab".repeat(32), stream: 4, chunk_size: 100,
    known: false }); // prettier-ignore
  await Promise.resolve();
  const frames = core.takeOutgoing().map(decodeFrame);
  equal(frames.map(({ stream, index, count }) => [stream, index, count]), [
    [4, 0, 3],
    [4, 1, 3],
    [4, 2, 3],
  ]);
  equal(frames.flatMap(({ payload }) => [...payload]), [...bytes]);
  hear({ type: "upload.done", upload: "ab".repeat(32), stream: 4 });
  await sending;
}

export async function test_a_known_picture_is_not_sent() {
  const { core, hear } = greeted();
  const sending = core.upload(new Uint8Array(3), "ab".repeat(32));
  core.takeOutgoing();
  hear({ type: "upload.ready", re: "c1", upload: "", stream: 4, chunk_size: 9, known: true });
  await sending;
  equal(core.takeOutgoing(), []);
}

export async function test_a_refused_upload_says_why() {
  const { core, hear } = greeted();
  const sending = core.upload(new Uint8Array(3), "ab".repeat(32));
  hear({ type: "upload.ready", re: "c1", upload: "", stream: 4, chunk_size: 9, known: false });
  await Promise.resolve();
  hear({ type: "error", re: "", code: "upload_refused", message: "not that", retryable: false });
  equal((await rejects(sending, Refusal)).message, "not that");
}

export function test_previews_and_games_are_told_apart() {
  const { core, heard } = greeted();
  const payload = Uint8Array.of(1, 2);
  const preview = { kind: PREVIEW, stream: 1, metadata: { job: "a", step: 2 }, payload };
  const game = { kind: SESSION, stream: 2, metadata: { session: "g", tick: 3 }, payload };
  core.receive(encodeFrame(preview));
  core.receive(encodeFrame(game));
  equal(heard, [
    { type: "preview", job: "a", step: 2, payload },
    { type: "game", session: "g", tick: 3, payload },
  ]);
}

export function test_frames_that_nobody_asked_for_are_an_error() {
  const { core } = greeted();
  const frame = encodeFrame({ kind: RESULT, stream: 1, payload: Uint8Array.of(1) });
  throws(() => core.receive(frame), FrameError);
}
