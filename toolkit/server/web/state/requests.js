// Requests for sprites: what may be asked for, sketches of them, and how people read them.
// The names, ranges and defaults are those of SpriteRequest in toolkit/messages.py.

import { isTurntable, meshOf, turntableSummary, turntableWords } from "./turntables.js";

export const ACTIONS = ["idle", "walk", "run", "jump", "attack", "cast", "hurt", "die"];
export const SAMPLERS = ["euler", "unipc", "lcm"];
export const SIDES = Array.from({ length: 16 }, (_, i) => 16 * (i + 1));
export const MAX_PROMPT = 1000;
/** Field to its lowest and highest number. */
export const RANGES = {
  num_frames: [1, 64],
  fps: [1, 60],
  seed: [0, 2 ** 53 - 1],
  num_inference_steps: [1, 100],
  guidance_scale: [1, 20],
  max_colors: [0, 256],
};
export const DEFAULTS = {
  type: "sprites",
  prompt: "",
  negative_prompt: "",
  num_frames: 8,
  width: 64,
  height: 64,
  fps: 12,
  seed: 0,
  num_inference_steps: 20,
  guidance_scale: 2.5,
  sampler: "euler",
  loop: true,
  actions: [],
  directions: 0,
  image: "",
  palette: [],
  max_colors: 32,
};
const WORDS = {
  num_frames: "frames",
  num_inference_steps: "steps",
  guidance_scale: "guidance",
  max_colors: "colors",
};
const FRACTIONS = new Set(["fps", "guidance_scale"]);
const SKETCH_FRAMES = 4;
const SKETCH_STEPS = 4; // those of the few-step network
const SKETCH_SIDE = 64;

/** A seed nobody chose: below 2**31, as the command line makes them. */
export function randomSeed() {
  return crypto.getRandomValues(new Uint32Array(1))[0] >>> 1;
}

/** The first thing that is wrong with a request, as `{ field, message }`, or null. */
export function problemOf(request) {
  if (!request.prompt.trim()) {
    return { field: "prompt", message: "Say what to draw, for example: a red knight walking." };
  }
  for (const [field, [low, high]] of Object.entries(RANGES)) {
    const number = request[field];
    const inside = number >= low && number <= high;
    if (inside && (FRACTIONS.has(field) || Number.isInteger(number))) continue;
    const kind = FRACTIONS.has(field) ? "number" : "whole number";
    return { field, message: `${nameOf(field)} must be a ${kind} from ${low} to ${high}.` };
  }
  if (request.max_colors === 1) {
    return { field: "max_colors", message: "colors must be 0 for all of them, or 2 to 256." };
  }
  return null;
}

/** What people call a field. */
export const nameOf = (field) => WORDS[field] ?? field.replaceAll("_", " ");

/** How many frames a request makes in all. */
export function totalFrames({ num_frames, actions, directions }) {
  return num_frames * Math.max(1, actions.length) * Math.max(1, directions);
}

/** The same request, small and quick: a few frames of its first action in one direction. */
export function sketchOf(request) {
  const scale = Math.min(1, SKETCH_SIDE / Math.max(request.width, request.height));
  const side = (length) => Math.max(16, 16 * Math.round((length * scale) / 16));
  return {
    ...request,
    width: side(request.width),
    height: side(request.height),
    num_frames: Math.min(SKETCH_FRAMES, request.num_frames),
    num_inference_steps: Math.min(SKETCH_STEPS, request.num_inference_steps),
    actions: request.actions.slice(0, 1),
    directions: Math.min(1, request.directions),
  };
}

/** The fields in which two requests differ, each as `[name, a, b]` in words. */
export function differences(a, b) {
  return Object.keys({ ...DEFAULTS, ...a, ...b })
    .map((name) => [name, words(a[name] ?? DEFAULTS[name]), words(b[name] ?? DEFAULTS[name])])
    .filter(([, one, two]) => one !== two);
}

function words(value = "") {
  if (Array.isArray(value)) return value.join(", ") || "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value) || "none";
}

/** What a request is about: its prompt, or the file name of its mesh. */
export const subjectOf = (request) => request.prompt || meshOf(request);

/** One line about a request: size, frames, seed. */
export function summary(request) {
  if (isTurntable(request)) return turntableSummary(request);
  const { width, height, num_frames, actions, directions, seed } = { ...DEFAULTS, ...request };
  const frames = num_frames === 1 ? "1 frame" : `${num_frames} frames`;
  const parts = [`${width}×${height}`, frames];
  if (actions.length) parts.push(actions.join(", "));
  if (directions) parts.push(directions === 1 ? "1 direction" : `${directions} directions`);
  return [...parts, `seed ${seed}`].join(" · ");
}

/** A safe file name for what a request makes. */
export function stemOf(request) {
  const { prompt } = request;
  return fileStem(prompt || meshOf(request).replace(/(?<=.)\.[^.]*$/, ""));
}

/** A safe file name for a prompt, as exporters/options.py makes it. */
export function fileStem(prompt) {
  const folded = prompt.normalize("NFKD").replace(/[^\x00-\x7f]/g, "");
  const stem = folded.replace(/[^A-Za-z0-9-]+/g, "_").replace(/^[_-]+|[_-]+$/g, "");
  return stem.slice(0, 80).replace(/[_-]+$/, "") || "sprite";
}

/** The command that makes the same clip in a terminal; a reference picture stays to be added. */
export function commandOf(request) {
  if (isTurntable(request)) {
    return ["playreel turntable", ...turntableWords(request).map(quoted)].join(" ");
  }
  const asked = { ...DEFAULTS, ...request };
  const dashed = asked.prompt.startsWith("-"); // looks like a flag, so it comes after all of them
  const parts = ["playreel generate"];
  if (!dashed) parts.push(quoted(asked.prompt));
  const flag = (name, value, usual) => {
    if (value !== usual) parts.push(name, String(value));
  };
  if (asked.negative_prompt) parts.push(`--negative-prompt=${quoted(asked.negative_prompt)}`);
  if (asked.image) parts.push("--image", "PICTURE");
  flag("--frames", asked.num_frames, DEFAULTS.num_frames);
  flag("--size", `${asked.width}x${asked.height}`, "64x64");
  flag("--fps", asked.fps, DEFAULTS.fps);
  parts.push("--seed", String(asked.seed));
  flag("--steps", asked.num_inference_steps, DEFAULTS.num_inference_steps);
  flag("--guidance", asked.guidance_scale, DEFAULTS.guidance_scale);
  flag("--sampler", asked.sampler, DEFAULTS.sampler);
  if (!asked.loop) parts.push("--no-loop");
  flag("--actions", asked.actions.join(","), "");
  flag("--directions", asked.directions, 0);
  flag("--colors", asked.max_colors, DEFAULTS.max_colors);
  if (dashed) parts.push("--", quoted(asked.prompt));
  return parts.join(" ");
}

/** Text that a shell passes on as it is. */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
