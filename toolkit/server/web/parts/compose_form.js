// The fields of a request for sprites, read and written as one.

import { h, icon, iconButton } from "./element.js";
import { chips, field, numberInput, selectInput, toggle } from "./fields.js";
import { PictureField } from "./picture_field.js";
import { costLine } from "./words.js";
import * as requests from "../state/requests.js";
import { remember, remembered } from "../state/settings.js";

const { ACTIONS, DEFAULTS, RANGES, SAMPLERS, SIDES } = requests;
const SIZES = [16, 32, 48, 64, 96, 128];
const DIRECTIONS = [
  ["0", "As said"],
  ["1", "1"],
  ["2", "2"],
  ["4", "4"],
  ["8", "8"],
];

/** The fields of a request. */
export class ComposeForm {
  constructor(studio) {
    this.prompt = h("textarea.input.prompt", {
      id: "prompt",
      name: "prompt",
      rows: 3,
      maxLength: requests.MAX_PROMPT,
      placeholder: "a red knight walking right",
      autocomplete: "off",
      spellcheck: true,
    });
    this.problem = h("p.problem", { id: "problem", role: "alert" });
    this.slot = h("div.sketch-slot");
    this.total = h("span.total");
    this.cost = h("p.cost", { id: "cost" });
    this.picture = new PictureField(studio);
    this.sketching = toggle("Sketch while I type", remembered("sketching", true));
    this.#makeShape();
    this.#makeMotion();
    this.#makeMore();
    this.element = h("form.form", { noValidate: true, autocomplete: "off" }, this.#layout());
  }

  #makeShape() {
    const sides = SIDES.map((side) => [String(side), String(side)]);
    this.sizes = chips("Size", {
      type: "radio",
      name: "size",
      choices: SIZES.map((side) => [String(side), `${side}`]),
      chosen: ["64"],
      onchange: ({ target }) => {
        this.width.value = target.value;
        this.height.value = target.value;
      },
    });
    this.width = selectInput("width", sides, "64");
    this.height = selectInput("height", sides, "64");
    const follow = () => {
      this.sizes.set(this.width.value === this.height.value ? [this.width.value] : []);
    };
    this.width.addEventListener("change", follow);
    this.height.addEventListener("change", follow);
    this.seed = numberInput("seed", requests.randomSeed(), RANGES.seed);
    this.fresh = toggle("New seed each time", remembered("fresh", true), ({ target }) => {
      remember("fresh", target.checked);
    });
  }

  #makeMotion() {
    this.actions = chips("Actions", {
      type: "checkbox",
      name: "actions",
      choices: ACTIONS.map((action) => [action, action]),
      chosen: [],
    });
    this.directions = chips("Directions", {
      type: "radio",
      name: "directions",
      choices: DIRECTIONS,
      chosen: ["0"],
    });
    this.numFrames = numberInput("num_frames", DEFAULTS.num_frames, RANGES.num_frames);
    this.fps = numberInput("fps", DEFAULTS.fps, RANGES.fps, "any");
    this.loop = toggle("Loops", true);
  }

  #makeMore() {
    this.negative = h("input.input", { name: "negative_prompt", maxLength: requests.MAX_PROMPT });
    this.steps = numberInput(
      "num_inference_steps",
      DEFAULTS.num_inference_steps,
      RANGES.num_inference_steps,
    );
    this.guidance = numberInput(
      "guidance_scale",
      DEFAULTS.guidance_scale,
      RANGES.guidance_scale,
      "any",
    );
    this.sampler = selectInput("sampler", SAMPLERS.map((name) => [name, name]), DEFAULTS.sampler);
    this.colors = numberInput("max_colors", DEFAULTS.max_colors, RANGES.max_colors);
  }

  #layout() {
    const prompt = field("Describe a sprite", this.prompt).element;
    prompt.classList.add("prompt-field");
    this.prompt.setAttribute("aria-describedby", "problem");
    const dice = iconButton("dice", "Another seed", () => {
      this.seed.value = requests.randomSeed();
      this.seed.dispatchEvent(new Event("input", { bubbles: true }));
    });
    const seed = field("Seed", this.seed).element;
    seed.append(dice);
    seed.classList.add("with-button");
    const more = h(
      "details.more",
      {},
      h("summary", {}, "Fine tuning"),
      h(
        "div.grid",
        {},
        field("Width", this.width).element,
        field("Height", this.height).element,
        field("Steps", this.steps, { hint: "More is finer and slower." }).element,
        field("Guidance", this.guidance, { hint: "How closely to follow the words." }).element,
        field("Sampler", this.sampler).element,
        field("Colors", this.colors, { hint: "At most so many; 0 keeps all." }).element,
      ),
      field("Keep out", this.negative, { hint: "What should not be in the picture." }).element,
    );
    const fields = h(
      "div.form-fields",
      {},
      prompt,
      this.problem,
      this.slot,
      this.sizes.element,
      this.actions.element,
      this.directions.element,
      h("div.grid", {}, field("Frames", this.numFrames).element, field("FPS", this.fps).element),
      h("div.row", {}, this.loop.element),
      seed,
      h("div.row", {}, this.fresh.element),
      this.picture.element,
      more,
    );
    const go = h("button.primary", { type: "submit", id: "generate" }, icon("play"), "Generate");
    return [fields, h("div.form-end", {}, go, this.total, this.cost, this.sketching.element)];
  }

  /** The request that the fields say. */
  read() {
    const number = (input) => (input.value === "" ? NaN : Number(input.value));
    return {
      ...DEFAULTS,
      prompt: this.prompt.value,
      negative_prompt: this.negative.value,
      num_frames: number(this.numFrames),
      width: number(this.width),
      height: number(this.height),
      fps: number(this.fps),
      seed: number(this.seed),
      num_inference_steps: number(this.steps),
      guidance_scale: number(this.guidance),
      sampler: this.sampler.value,
      loop: this.loop.input.checked,
      actions: this.actions.value(),
      directions: Number(this.directions.value()[0] ?? 0),
      image: this.picture.name,
      max_colors: number(this.colors),
    };
  }

  /** Fill the fields with a request. */
  write(request) {
    const asked = { ...DEFAULTS, ...request };
    this.prompt.value = asked.prompt;
    this.negative.value = asked.negative_prompt;
    this.numFrames.value = asked.num_frames;
    this.width.value = asked.width;
    this.height.value = asked.height;
    this.sizes.set(asked.width === asked.height ? [asked.width] : []);
    this.fps.value = asked.fps;
    this.seed.value = asked.seed;
    this.fresh.input.checked = false; // the same again is what was asked for
    this.steps.value = asked.num_inference_steps;
    this.guidance.value = asked.guidance_scale;
    this.sampler.value = asked.sampler;
    this.loop.input.checked = asked.loop;
    this.actions.set(asked.actions);
    this.directions.set([asked.directions]);
    this.picture.setName(asked.image);
    this.colors.value = asked.max_colors;
  }

  /** Fill the fields for a person to go on with. */
  fill(request) {
    this.write(request);
    this.#offer();
  }

  /** Put a prompt in and leave the rest. */
  suggest(prompt) {
    this.prompt.value = prompt;
    this.#offer();
  }

  #offer() {
    this.prompt.dispatchEvent(new Event("input", { bubbles: true }));
    this.prompt.focus();
  }

  /** Say what is wrong and go there, or say nothing. */
  showProblem(problem) {
    this.problem.textContent = problem?.message ?? "";
    for (const input of this.element.elements) input.removeAttribute("aria-invalid");
    if (!problem) return;
    const input = this.element.elements[problem.field];
    input.setAttribute("aria-invalid", "true");
    input.closest("details")?.setAttribute("open", "");
    input.focus();
  }

  /** Say what the request will cost here; null says nothing. */
  showCost(cost) {
    this.cost.textContent = cost ? costLine(cost) : "";
  }

  /** Say how many frames there will be. */
  showTotal() {
    const frames = requests.totalFrames(this.read());
    this.total.textContent = frames > 0 ? `${frames} frame${frames === 1 ? "" : "s"}` : "";
  }
}
