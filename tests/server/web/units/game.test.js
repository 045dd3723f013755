import { equal, rejects } from "./claims.js";
import { Game, opaque } from "/state/game.js";

/** A game over a scripted conversation. */
function play(answers = {}) {
  const said = [];
  const frames = [];
  let now = 0;
  const core = {
    ask: (body) => {
      said.push(body);
      const answer = answers[body.type];
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve({ ...OPENED, ...answer });
    },
    tell: (body) => said.push(body),
  };
  const game = new Game({
    core,
    session: "g",
    show: (frame) => frames.push(frame),
    told: () => {},
    now: () => now,
  });
  const wait = (milliseconds) => {
    now += milliseconds;
  };
  return { game, said, frames, wait };
}

const OPENED = { world: "w", width: 2, height: 1, actions: ["noop", "left"], tick: 0 };
const SETTINGS = { world: "w", seed: 1, mode: "tick", fps: 10 };
const frame = (tick, act) => ({ type: "game", session: "g", tick, act, payload: new Uint8Array(6) });

export async function test_actions_are_numbered_and_said() {
  const { game, said } = play();
  game.play(1);
  await game.open(SETTINGS);
  game.play(1);
  game.play(0);
  equal(said, [
    { type: "session.open", session: "g", ...SETTINGS },
    { type: "session.act", session: "g", act: 1, action: 1 },
    { type: "session.act", session: "g", act: 2, action: 0 },
  ]);
}

export async function test_the_delay_is_from_an_action_to_the_frame_that_used_it() {
  const { game, frames, wait } = play();
  await game.open(SETTINGS);
  game.play(1);
  wait(20);
  game.hear(frame(1, 0));
  equal(game.delay, null);
  wait(15);
  game.hear(frame(2, 1));
  equal([game.delay, game.tick, frames.length], [35, 2, 2]);
  wait(50);
  game.hear(frame(3, 1));
  equal(game.delay, 35);
}

export async function test_drift_is_told_where_it_is_measured() {
  const { game } = play();
  await game.open(SETTINGS);
  game.hear({ ...frame(1, 0), valid: -1, anchored: false });
  equal([game.valid, game.ledBack], [null, 0]);
  game.hear({ ...frame(2, 0), valid: 0.5, anchored: false });
  game.hear({ ...frame(3, 0), valid: 1, anchored: true });
  equal([game.valid, game.ledBack], [1, 1]);
}

export async function test_frames_a_second_are_measured() {
  const { game, wait } = play();
  await game.open(SETTINGS);
  for (let tick = 0; tick < 5; tick += 1) {
    game.hear(frame(tick, 0));
    wait(100);
  }
  equal(Math.round(game.fps), 10);
}

export async function test_frames_of_another_session_are_passed_over() {
  const { game, frames } = play();
  await game.open(SETTINGS);
  game.hear({ ...frame(1, 0), session: "other" });
  equal(frames, []);
}

export async function test_moments_are_kept_restored_and_taken_along_by_a_branch() {
  const { game, said } = play({ "session.snapshot": { tick: 4 } });
  await game.open(SETTINGS);
  equal(await game.keep(), "moment-1");
  equal(game.snapshots, [{ name: "moment-1", tick: 4 }]);
  await game.restore("moment-1");
  const branch = await game.branch();
  equal([branch.session, branch.state, branch.snapshots], ["g.1", "open", game.snapshots]);
  equal(await branch.keep(), "moment-2");
  equal(said.map(({ type }) => type).slice(1), [
    "session.snapshot",
    "session.restore",
    "session.branch",
    "session.snapshot",
  ]);
}

export async function test_a_world_that_does_not_open_says_why() {
  const { game } = play({ "session.open": new Error("no such world") });
  equal((await rejects(game.open(SETTINGS))).message, "no such world");
  game.fail();
  equal(game.state, "closed");
}

export async function test_the_end_of_a_game_is_told() {
  const { game } = play();
  await game.open(SETTINGS);
  game.hear({ type: "session", session: "g", state: "closed", message: "the process died" });
  equal([game.state, game.message], ["closed", "the process died"]);
}

export function test_pixels_are_made_opaque() {
  equal(opaque(Uint8Array.of(1, 2, 3, 4, 5, 6)), Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 255));
}
