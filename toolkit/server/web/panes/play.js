// The play pane: a simulated world, played with keys or fingers, kept, put back and branched.

import { h, iconButton } from "../parts/element.js";
import { field, numberInput, selectInput } from "../parts/fields.js";
import { GamePad } from "../parts/game_pad.js";
import { zoomToFit } from "../parts/screen.js";
import { Held, idleAction } from "../state/controls.js";
import { Game, opaque } from "../state/game.js";
import { randomSeed, RANGES } from "../state/requests.js";
import { newId } from "../state/studio.js";

const USUAL_FPS = 15;

/** Fill the play pane. */
export function mountPlay(root, { store, studio }) {
  const pane = new PlayPane(studio);
  root.append(pane.element);
  studio.game = (news) => pane.game?.hear(news);
  store.watch(["view"], ({ view }) => {
    root.hidden = view !== "play";
    if (root.hidden) pane.end();
  });
  store.watch(["hello"], ({ hello }) => pane.showWorlds(hello?.worlds ?? []));
  store.watch(["connection"], ({ connection }) => {
    if (connection !== "open") pane.game?.lose();
  });
}

/** How a game stands, when it does not run. */
function wordsFor(game) {
  if (game?.message) return game.message;
  if (game?.state === "new") return "The world is being opened…";
  return game?.state === "closed" ? "The game has ended." : "";
}

class PlayPane {
  #studio;
  #held = new Held(0);
  #image = null;

  constructor(studio) {
    this.#studio = studio;
    this.game = null;
    this.canvas = h("canvas.game-canvas", {
      tabIndex: 0,
      role: "application",
      "aria-label": "Game. Escape leaves it.",
      width: 1,
      height: 1,
      hidden: true,
      onkeydown: (event) => this.#keyDown(event),
      onkeyup: (event) => this.#release(`key ${event.code}`),
      onblur: () => this.#letGo(),
    });
    this.space = h("div.game-space", { onpointerdown: () => this.canvas.focus() }, this.canvas);
    this.pad = new GamePad({
      press: (source, action) => this.#press(source, action),
      release: (source) => this.#release(source),
    });
    this.message = h("p.message.game-message", { role: "status" });
    this.numbers = h("p.facts.game-numbers");
    this.moments = h("ul.moments", { "aria-label": "Kept moments" });
    this.#makeSettings();
    this.#makeButtons();
    this.none = h("p.empty-words", { hidden: true });
    this.none.textContent =
      "This server has no world to play. A world model, once installed, appears here.";
    const side = h("div.play-side", {}, this.none, this.settings, this.keeping, this.moments);
    const main = h("div.play-main", {}, this.space, this.message, this.numbers, this.pad.element);
    this.element = h("div.play-body", {}, side, main);
    new ResizeObserver(() => this.#fit()).observe(this.space);
    this.#follow();
  }

  /** Offer worlds. */
  showWorlds(worlds) {
    const { value } = this.world;
    this.world.replaceChildren(...worlds.map((name) => h("option", { value: name }, name)));
    if (worlds.includes(value)) this.world.value = value;
    this.none.hidden = worlds.length > 0;
    this.settings.hidden = !worlds.length;
  }

  /** End the game, if there is one. */
  end() {
    this.#letGo();
    this.game?.close();
  }

  #makeSettings() {
    this.world = selectInput("world", [], "");
    this.seed = numberInput("world-seed", randomSeed(), RANGES.seed);
    this.mode = selectInput(
      "mode",
      [
        ["tick", "Real time"],
        ["lockstep", "Step by step"],
      ],
      "tick",
    );
    this.fps = numberInput("world-fps", USUAL_FPS, [1, 120]);
    const fps = field("Frames a second", this.fps).element;
    this.mode.addEventListener("change", () => {
      fps.hidden = this.mode.value === "lockstep";
    });
    const dice = iconButton("dice", "Another seed", () => {
      this.seed.value = randomSeed();
    });
    const seed = field("Seed", this.seed).element;
    seed.append(dice);
    seed.classList.add("with-button");
    const start = h("button.primary", { type: "submit", id: "start" }, "Start");
    this.settings = h(
      "form.form-fields",
      { onsubmit: (event) => this.#start(event) },
      field("World", this.world).element,
      seed,
      field("Pace", this.mode).element,
      fps,
      start,
    );
  }

  #makeButtons() {
    const button = (words, act) => h("button.action", { type: "button", onclick: act }, words);
    this.keeping = h(
      "div.actions.keeping",
      { hidden: true },
      button("Keep this moment", () => this.#try(() => this.game.keep())),
      button("Branch from here", () => this.#try(() => this.#branch())),
      button("End", () => this.end()),
    );
  }

  async #start(event) {
    event.preventDefault();
    this.end();
    const settings = {
      world: this.world.value,
      seed: Number(this.seed.value),
      mode: this.mode.value,
      fps: Number(this.fps.value),
    };
    const game = new Game({
      core: this.#studio.core,
      session: `page-${newId().slice(0, 12)}`,
      show: (frame) => this.#show(frame),
      told: () => this.#follow(),
    });
    this.game = game;
    this.#follow();
    if (!(await this.#try(() => game.open(settings)))) game.fail();
    if (game.state === "open") this.canvas.focus();
  }

  async #branch() {
    const before = this.game;
    const branch = await before.branch();
    this.game = branch;
    before.close();
    this.#follow();
    this.canvas.focus();
  }

  async #try(act) {
    try {
      await act();
      return true;
    } catch (error) {
      this.#studio.say(error.message, "bad");
      return false;
    }
  }

  /** Show how the game stands. */
  #follow() {
    const { game } = this;
    const open = game?.state === "open";
    this.keeping.hidden = !open;
    this.canvas.hidden = !game || game.state === "new";
    this.element.dataset.state = game?.state ?? "none";
    this.message.textContent = wordsFor(game);
    if (open && game !== this.loaded) this.#load(game);
    this.pad.element.hidden = !open;
    const moments = (game?.snapshots ?? []).map(({ name, tick }) => {
      const back = () => this.#try(() => game.restore(name));
      const words = `${name.replace("-", " ")}, tick ${tick}`;
      const button = h("button.action", { type: "button", onclick: back, disabled: !open }, words);
      return h("li", {}, button);
    });
    this.moments.replaceChildren(...moments);
  }

  #load(game) {
    this.loaded = game;
    const idle = idleAction(game.actions);
    this.#held = new Held(idle);
    this.pad.load(game.actions, idle);
    this.canvas.width = game.width;
    this.canvas.height = game.height;
    this.#fit();
  }

  #show({ session, payload, width, height }) {
    if (session !== this.game?.session) return;
    this.#image = new ImageData(opaque(payload), width, height);
    this.canvas.getContext("2d").putImageData(this.#image, 0, 0);
    const { tick, fps, delay, valid, ledBack } = this.game;
    const parts = [`tick ${tick}`];
    if (this.game.mode === "tick") parts.push(`${fps.toFixed(0)} frames a second`);
    if (delay !== null) parts.push(`${delay.toFixed(0)} ms from key to frame`);
    if (valid !== null) parts.push(`${Math.round(valid * 100)} % of the cells look like the world`);
    if (ledBack) parts.push(`led back ${ledBack === 1 ? "once" : `${ledBack} times`}`);
    this.numbers.textContent = parts.join(" · ");
  }

  #fit() {
    const { clientWidth, clientHeight } = this.space;
    const zoom = zoomToFit(this.canvas, { width: clientWidth, height: clientHeight });
    this.canvas.style.width = `${this.canvas.width * zoom}px`;
    this.canvas.style.height = `${this.canvas.height * zoom}px`;
  }

  #keyDown(event) {
    if (event.key === "Escape") {
      document.getElementById("start").focus();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = this.pad.actionOf(event.key);
    if (action === undefined) return;
    event.preventDefault();
    if (event.repeat && this.game.mode === "tick") return;
    this.#press(`key ${event.code}`, action, event.repeat);
  }

  #press(source, action, repeated = false) {
    const first = this.#held.press(source, action);
    if (first || (repeated && this.game.mode === "lockstep")) this.game?.play(action);
    this.pad.showAction(this.#held.action);
  }

  #release(source) {
    const before = this.#held.action;
    this.#held.release(source);
    this.#stop(before);
  }

  #letGo() {
    const before = this.#held.action;
    this.#held.clear();
    this.#stop(before);
  }

  /** In real time the world goes on with what is still held; step by step it waits. */
  #stop(before) {
    const { action } = this.#held;
    this.pad.showAction(action);
    if (action !== before && this.game?.mode === "tick") this.game.play(action);
  }
}
