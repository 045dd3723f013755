import { equal, throws } from "./claims.js";
import { addressOf, shownBy } from "/panes/address.js";
import { ago, costLine, progressLine, shareDone } from "/parts/words.js";
import { after, listed, withEvent, withRecords } from "/state/jobs.js";
import { Costs } from "/state/costs.js";
import { Held, idleAction, keysOf, padPlace } from "/state/controls.js";
import * as requests from "/state/requests.js";
import { Sketches } from "/state/sketches.js";
import { Store } from "/state/store.js";

const turn = () => new Promise((done) => queueMicrotask(done));

export async function test_a_store_tells_watchers_of_their_parts_once_a_turn() {
  const store = new Store({ a: 1, b: 1 });
  const seen = [];
  const stop = store.watch(["a"], ({ a, b }) => seen.push([a, b]));
  store.change({ a: 2 });
  store.change({ a: 3, b: 2 });
  await turn();
  store.change({ b: 3 });
  store.change({ a: 3 });
  await turn();
  stop();
  store.change({ a: 4 });
  await turn();
  equal(seen, [[1, 1], [3, 2]]);
  throws(() => store.change({ c: 1 }));
}

export async function test_a_watcher_may_change_the_store() {
  const store = new Store({ a: 0, b: 0 });
  const seen = [];
  store.watch(["a"], ({ a }) => store.change({ b: a * 2 }));
  store.watch(["b"], ({ b }) => seen.push(b));
  store.change({ a: 3 });
  await turn();
  await turn();
  equal(seen, [0, 6]);
}

const QUEUED = { type: "job.queued", seq: 1, at: 5, job: "a", client: "c", priority: "normal",
  model: "m", request: { prompt: "a Red knight" }, retry_of: "" }; // prettier-ignore

export function test_events_that_come_twice_change_nothing() {
  const record = after(null, QUEUED);
  equal(after(record, QUEUED) === record, true);
  const jobs = new Map([["a", record]]);
  equal(withEvent(jobs, QUEUED) === jobs, true);
}

export function test_news_of_an_unknown_job_are_passed_over() {
  const jobs = new Map();
  equal(withEvent(jobs, { type: "job.state", seq: 4, job: "b", state: "done" }) === jobs, true);
}

export function test_of_two_records_the_later_one_counts() {
  const old = { ...after(null, QUEUED), seq: 3, state: "done" };
  const jobs = withRecords(new Map([["a", old]]), [after(null, QUEUED)]);
  equal(jobs.get("a").state, "done");
  equal(withRecords(jobs, [{ ...old, seq: 4, favourite: true }]).get("a").favourite, true);
}

export function test_the_history_has_no_sketches_and_is_searched_by_words() {
  const record = after(null, QUEUED);
  const jobs = new Map([
    ["a", record],
    ["b", { ...record, job: "b", first_seq: 9, request: { prompt: "a blue knight" } }],
    ["s", { ...record, job: "s", priority: "interactive" }],
    ["f", { ...record, job: "f", first_seq: 7, favourite: true }],
  ]);
  const names = (filter) => listed(jobs, filter).map(({ job }) => job);
  equal(names(), ["b", "f", "a"]);
  equal(names({ words: ["KNIGHT", "red"] }), ["f", "a"]);
  equal(names({ favourite: true }), ["f"]);
}

export function test_a_clock_that_jumps_back_changes_no_order_in_the_history() {
  const first = after(null, QUEUED);
  const later = after(null, { ...QUEUED, seq: 2, at: 1, job: "b" });
  equal(listed(new Map([["a", first], ["b", later]])).map(({ job }) => job), ["b", "a"]);
  const old = { ...first, first_seq: 0 }; // stored before there was such a field
  const older = { ...old, job: "c", queued_at: 4 };
  equal(listed(new Map([["c", older], ["a", old]])).map(({ job }) => job), ["a", "c"]);
}

export function test_the_first_problem_of_a_request_is_named() {
  const good = { ...requests.DEFAULTS, prompt: "x" };
  equal(requests.problemOf(good), null);
  equal(requests.problemOf({ ...good, prompt: "  " }).field, "prompt");
  equal(requests.problemOf({ ...good, num_frames: 65 }), {
    field: "num_frames",
    message: "frames must be a whole number from 1 to 64.",
  });
  equal(requests.problemOf({ ...good, num_frames: 1.5 }).field, "num_frames");
  equal(requests.problemOf({ ...good, fps: 12.5 }), null);
  equal(requests.problemOf({ ...good, seed: NaN }).field, "seed");
  equal(requests.problemOf({ ...good, max_colors: 1 }).field, "max_colors");
}

export function test_frames_are_counted_over_actions_and_directions() {
  const request = { num_frames: 8, actions: [], directions: 0 };
  equal(requests.totalFrames(request), 8);
  equal(requests.totalFrames({ ...request, actions: ["idle", "walk"], directions: 4 }), 64);
}

export function test_a_sketch_is_small_and_keeps_words_shape_and_seed() {
  const request = { ...requests.DEFAULTS, prompt: "x", width: 256, height: 128, seed: 7,
    actions: ["walk", "run"], directions: 8 }; // prettier-ignore
  const { prompt, width, height, num_frames, num_inference_steps, seed, actions, directions } =
    requests.sketchOf(request);
  equal([prompt, width, height, seed], ["x", 64, 32, 7]);
  equal([num_frames, num_inference_steps, actions, directions], [4, 4, ["walk"], 1]);
  equal(requests.sketchOf({ ...request, width: 16, height: 256 }).width, 16);
}

export function test_requests_are_compared_field_by_field() {
  const rows = requests.differences({ prompt: "a", loop: true }, { prompt: "b", actions: ["run"] });
  equal(rows, [["prompt", "a", "b"], ["actions", "none", "run"]]);
}

const TURN = { type: "turntable", mesh: "sha256:00/old barrel.v2.glb", prompt: "", views: 8,
  directions: 0, passes: ["rgba", "depth"], width: 0, height: 128, seed: 0 }; // prettier-ignore

export function test_a_turntable_goes_by_the_name_of_its_mesh() {
  equal(requests.subjectOf(TURN), "old barrel.v2.glb");
  equal(requests.stemOf(TURN), "old_barrel_v2");
  equal(requests.stemOf({ prompt: "a red knight" }), "a_red_knight");
  equal(requests.summary(TURN), "256×128 · 8 views · rgba, depth");
  const chair = { type: "turntable", mesh: "", prompt: "a chair", directions: 4, seed: 3 };
  equal(requests.subjectOf(chair), "a chair");
  equal(requests.summary(chair), "64×64 · 4 views · seed 3");
  const jobs = new Map([["t", { ...after(null, QUEUED), request: TURN }]]);
  equal(listed(jobs, { words: ["BARREL"] }).length, 1);
  equal(listed(jobs, { words: ["sha256"] }).length, 0);
}

export function test_requests_of_different_kinds_are_compared() {
  const rows = requests.differences({ ...requests.DEFAULTS, prompt: "x" }, TURN);
  const found = new Map(rows.map(([name, one, two]) => [name, [one, two]]));
  equal(found.get("type"), ["sprites", "turntable"]);
  equal(found.get("passes"), ["none", "rgba, depth"]);
}

/** Sketches with a clock that a test moves, and a record of what they asked for. */
function sketching() {
  const done = [];
  let waiting = null;
  const sketches = new Sketches({
    submit: ({ prompt }) => {
      done.push(`make ${prompt}`);
      return prompt;
    },
    cancel: (job) => done.push(`cancel ${job}`),
    later: (call) => {
      waiting = call;
      return 1;
    },
    never: () => {
      waiting = null;
    },
  });
  const rest = () => {
    const call = waiting;
    waiting = null;
    call?.();
  };
  const type = (prompt) => sketches.changed({ ...requests.DEFAULTS, prompt });
  return { sketches, done, rest, type };
}

export function test_only_the_newest_text_is_sketched_and_the_older_job_cancelled() {
  const { done, rest, type } = sketching();
  type("a");
  type("ab");
  rest();
  type("abc");
  equal(done, ["make ab"]);
  rest();
  equal(done, ["make ab", "cancel ab", "make abc"]);
}

export function test_the_same_text_is_sketched_once_and_no_text_ends_it() {
  const { sketches, done, rest, type } = sketching();
  type("a");
  rest();
  type("a");
  rest();
  equal(done, ["make a"]);
  sketches.changed(null);
  rest();
  equal(done, ["make a", "cancel a"]);
}

export function test_arrows_and_letters_are_given_to_a_worlds_actions() {
  const actions = ["noop", "move_left", "move_right", "move_up", "move_down", "do", "place_stone"];
  const keys = keysOf(actions);
  equal(idleAction(actions), 0);
  equal(keys.slice(0, 6), [
    [],
    ["ArrowLeft", "a"],
    ["ArrowRight", "d"],
    ["ArrowUp", "w"],
    ["ArrowDown", "s"],
    [" ", "Enter"],
  ]);
  equal(keys[6], ["1"]);
  equal(keys.map(padPlace), ["", "left", "right", "up", "down", "", ""]);
}

export function test_no_key_has_two_actions() {
  const actions = Array.from({ length: 30 }, (_, i) => `left ${i}`);
  const keys = keysOf(actions).flat();
  equal(keys.length, new Set(keys).size);
  equal(idleAction(["left", "NOOP"]), 1);
}

export function test_what_is_held_is_the_last_key_that_is_still_down() {
  const held = new Held(0);
  equal([held.press("x", 1), held.press("y", 2), held.press("y", 2)], [true, true, false]);
  equal(held.action, 2);
  held.release("y");
  equal(held.action, 1);
  held.release("x");
  equal(held.action, 0);
}

export function test_the_address_names_what_is_shown() {
  const places = [
    { view: "create", selected: "" },
    { view: "create", selected: "ab" },
    { view: "compare", pair: ["a", "b"] },
    { view: "play" },
  ];
  for (const place of places) {
    equal(shownBy(addressOf({ selected: "", pair: ["", ""], ...place })), place);
  }
}

export function test_times_and_progress_are_said_in_words() {
  equal(ago(100, 103), "just now");
  equal(ago(100, 100 + 180), "3 minutes ago");
  equal(ago(200, 100), "just now");
  const running = { state: "running" };
  const progress = { step: 5, num_steps: 20, label: "walk_right", seconds_left: 4.4, position: 0 };
  equal(progressLine(running, progress), "walk_right, step 5 of 20, 4 seconds left");
  equal(shareDone(running, progress), 0.25);
  equal(progressLine({ state: "queued" }, { ...progress, position: 2 }), "Waiting behind 2");
  equal(shareDone({ state: "queued" }, undefined), null);
}

export function test_a_cost_says_what_is_known() {
  const work = { frames: 8, tokens: 128, evaluations: 32, disk_mib: 0.125 };
  equal(costLine(work), "128 tokens, 32 network evaluations, at most 0.1 MiB on disk");
  equal(
    costLine({ ...work, teraflop: 0.125, seconds: 1.08, peak_mib: 394 }),
    "128 tokens, 32 network evaluations, 0.125 TFLOP, about 1.1 s, 394 MiB of memory, " +
      "at most 0.1 MiB on disk",
  );
}

export async function test_the_cost_of_the_newest_request_is_shown_whoever_answers_first() {
  const shown = [];
  const answers = new Map();
  const timers = [];
  const costs = new Costs({
    ask: (text) => new Promise((done) => answers.set(JSON.parse(text).prompt, done)),
    show: (cost) => shown.push(cost),
    later: (call) => timers.push(call) - 1,
    never: (timer) => delete timers[timer],
  });
  costs.changed({ prompt: "a", image: "picture" });
  timers[0]();
  costs.changed({ prompt: "a", image: "another" });
  costs.changed({ prompt: "b" });
  timers[1]();
  answers.get("b")("cost of b");
  await turn();
  answers.get("a")("cost of a");
  await turn();
  costs.changed(null);
  await turn();
  equal(shown, [null, null, "cost of b", null]);
}
