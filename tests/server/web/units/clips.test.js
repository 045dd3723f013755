import { equal } from "./claims.js";
import { Playhead } from "/clips/playhead.js";
import { difference, differencePicture, seamOf, seamSentence } from "/clips/seam.js";
import { columnsOf, frameSeconds, pass, Reel, tagsOf } from "/clips/timing.js";

const RESULT = { fps: 10, num_frames: 4, durations: [], tags: [] };

export function test_frames_last_as_they_say_or_one_over_fps() {
  equal(frameSeconds(RESULT), [0.1, 0.1, 0.1, 0.1]);
  equal(frameSeconds({ ...RESULT, durations: [0.1, 0.2, 0.3, 0.4] }), [0.1, 0.2, 0.3, 0.4]);
}

export function test_without_tags_there_is_one_over_everything() {
  equal(tagsOf(RESULT), [{ name: "default", start: 0, stop: 4, loop: true, direction: "forward" }]);
}

export function test_a_pass_goes_forward_backward_or_there_and_back() {
  const tag = { start: 2, stop: 6 };
  equal(pass({ ...tag, direction: "forward" }), [2, 3, 4, 5]);
  equal(pass({ ...tag, direction: "reverse" }), [5, 4, 3, 2]);
  equal(pass({ ...tag, direction: "pingpong" }), [2, 3, 4, 5, 4, 3]);
  equal(pass({ start: 0, stop: 1, direction: "pingpong" }), [0]);
}

export function test_a_grid_has_a_row_for_each_action() {
  const names = (...all) => all.map((name) => ({ name }));
  equal(columnsOf(names("walk_down", "walk_up", "run_down", "run_up")), 2);
  equal(columnsOf(names("down", "left", "right", "up")), 2);
  equal(columnsOf(names("default")), 1);
  equal(columnsOf(names("idle", "walk", "run", "jump", "die")), 3);
}

export function test_a_reel_knows_which_frame_is_on() {
  const reel = new Reel([0, 1, 2], [0.5, 1, 0.25]);
  equal(reel.length, 1.75);
  equal([0, 0.49, 0.5, 1.49, 1.5, 1.74].map((at) => reel.at(at, true)), [0, 0, 1, 1, 2, 2]);
  equal(reel.at(1.75, true), 0);
  equal(reel.at(1.75, false), 2);
  equal(reel.at(99, false), 2);
}

/** A playhead over reels, with a clock that a test moves by seconds. */
function head(...reels) {
  const shown = [];
  let step = null;
  let now = 1000;
  const playhead = new Playhead({
    show: (places) => shown.push([...places]),
    schedule: (call) => {
      step = call;
      return 1;
    },
    unschedule: () => {
      step = null;
    },
  });
  playhead.load(reels);
  const pass = (seconds) => {
    now += seconds * 1000;
    const call = step;
    step = null;
    call?.(now);
  };
  return { playhead, shown, pass };
}

const even = (count, seconds = 0.1) => {
  const frames = Array.from({ length: count }, (_, i) => i);
  return new Reel(frames, new Array(count).fill(seconds));
};

export function test_playing_shows_each_frame_once_and_loops() {
  const { playhead, shown, pass } = head(even(3));
  playhead.play();
  for (let i = 0; i < 9; i += 1) pass(0.05001);
  equal(shown, [[0], [1], [2], [0], [1]]);
}

export function test_two_reels_play_at_the_same_moment() {
  const { playhead, shown, pass } = head(even(2, 0.1), even(4, 0.05));
  playhead.play();
  for (let i = 0; i < 5; i += 1) pass(0.05001);
  equal(shown, [[0, 0], [0, 1], [1, 2], [1, 3], [0, 0]]);
}

export function test_without_a_loop_it_ends_on_the_last_frame_and_begins_again() {
  const { playhead, shown, pass } = head(even(2));
  playhead.setLoop(false);
  playhead.play();
  for (let i = 0; i < 6; i += 1) pass(0.06);
  equal([shown.at(-1), playhead.playing], [[1], false]);
  playhead.play();
  pass(0.01);
  pass(0.01);
  equal(shown.at(-1), [0]);
}

export function test_speed_changes_how_fast_time_goes() {
  const { playhead, shown, pass } = head(even(4));
  playhead.setSpeed(2);
  playhead.play();
  pass(0);
  pass(0.05001);
  pass(0.05001);
  equal(shown, [[0], [1], [2]]);
}

export function test_steps_pause_and_go_round() {
  const { playhead, shown } = head(even(3));
  playhead.play();
  playhead.step(-1);
  equal([shown.at(-1), playhead.playing], [[2], false]);
  playhead.step(1);
  playhead.step(1);
  equal(shown.at(-1), [1]);
}

export function test_other_frames_can_go_on_at_the_same_moment() {
  const { playhead, shown } = head(even(4));
  playhead.seek(2);
  playhead.load([even(4)], { keep: true });
  equal(shown.at(-1), [2]);
  playhead.load([even(4)]);
  equal(shown.at(-1), [0]);
}

const flat = (r, g, b, a) => Uint8ClampedArray.of(r, g, b, a);

export function test_colours_under_clear_pixels_do_not_count() {
  equal(difference(flat(255, 0, 0, 0), flat(0, 255, 0, 0)), 0);
  equal(difference(flat(0, 0, 0, 255), flat(0, 0, 0, 0)), 255 / 4);
}

export function test_a_seam_is_measured_against_the_usual_step() {
  const grey = (value) => flat(value, value, value, 255);
  equal(seamOf([grey(0), grey(10), grey(20), grey(10)]).ratio, 1);
  equal(seamOf([grey(0), grey(10), grey(20), grey(30)]).ratio, 3);
  equal(seamOf([grey(5)]).ratio, null);
}

export function test_a_seam_is_said_in_words() {
  equal(seamSentence({ seam: 0, ratio: 0 }).includes("equals the first"), true);
  const good = "The step back to the start is 1.0 times a usual step: no seam to see.";
  equal(seamSentence({ seam: 1, ratio: 1.04 }), good);
  equal(seamSentence({ seam: 1, ratio: 2.5 }).endsWith("a small jump."), true);
  equal(seamSentence({ seam: 1, ratio: 12 }).includes("12 times"), true);
}

export function test_the_difference_is_drawn_where_it_is() {
  const a = Uint8ClampedArray.of(0, 0, 0, 255, 9, 9, 9, 255);
  const b = Uint8ClampedArray.of(50, 0, 0, 255, 9, 9, 9, 255);
  const picture = differencePicture(a, b);
  equal([picture[3], picture[7]], [100, 0]);
}
