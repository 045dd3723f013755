// A clip on its ground: which of its tags plays, how it is looked at, and the keys for all that.

import { h, iconButton } from "./element.js";
import { Filmstrip } from "./filmstrip.js";
import { GROUNDS, MOST_ZOOM, Screen, zoomToFit } from "./screen.js";
import { SeamView } from "./seam_view.js";
import { Transport } from "./transport.js";
import { Playhead } from "../clips/playhead.js";
import { columnsOf, frameSeconds, pass, Reel, tagsOf } from "../clips/timing.js";
import { mayMove, remember, remembered } from "../state/settings.js";

const EVERY = "every clip at once";
const MOST_AT_ONCE = 64;
const KEYS =
  "Space plays, arrows step, plus and minus zoom, zero fits, O shows the onion skin, L the seam.";

/** Shows sheets; `viewport` is where they are and what has the keys. */
export class Player {
  #tags = [];
  #seconds = [];
  #zoom = 0; // 0 fits
  #thin = 1;

  constructor() {
    this.screen = new Screen({ label: "Animation" });
    this.playhead = new Playhead({
      show: (places) => this.#draw(places),
      told: () => this.transport.follow(),
    });
    this.transport = new Transport(this.playhead);
    this.film = new Filmstrip((place) => {
      this.playhead.pause();
      this.playhead.seek(place);
    });
    this.seam = new SeamView();
    this.viewport = h(
      "div.viewport",
      {
        tabIndex: 0,
        role: "group",
        "aria-label": "Player",
        "aria-describedby": "player-keys",
        onkeydown: (event) => this.#key(event),
      },
      this.screen.element,
      this.seam.element,
      h("p.hidden", { id: "player-keys" }, KEYS),
    );
    this.#makeView();
    this.element = h(
      "div.player",
      {},
      this.viewport,
      this.view,
      this.transport.element,
      this.film.element,
    );
    new ResizeObserver(() => this.#fit()).observe(this.viewport);
  }

  #makeView() {
    const switched = (name, label, use) => {
      const input = h("input", {
        type: "checkbox",
        checked: remembered(name, false),
        onchange: () => {
          remember(name, input.checked);
          use(input.checked);
        },
      });
      return { input, element: h("label.chip.plain", {}, input, h("span", {}, label)) };
    };
    this.onion = switched("onion", "Onion skin", (on) => this.#setOnion(on));
    this.seamSwitch = switched("seam", "Loop seam", () => this.#showSeam());
    this.screen.onion = this.onion.input.checked;
    this.ground = h(
      "select.input.small",
      { "aria-label": "Ground", onchange: () => this.#setGround(this.ground.value) },
      GROUNDS.map((ground) => h("option", { value: ground }, ground)),
    );
    this.ground.value = remembered("ground", "checker");
    this.screen.setGround(this.ground.value);
    this.tag = h("select.input.small.tag", {
      "aria-label": "Which clip",
      onchange: () => this.#choose(this.tag.value),
    });
    this.zoomWords = h("output.zoom-words", { "aria-label": "Zoom" });
    this.view = h(
      "div.view-controls",
      { role: "group", "aria-label": "View" },
      this.tag,
      iconButton("minus", "Zoom out", () => this.#setZoom(Math.max(1, this.screen.zoom - 1))),
      this.zoomWords,
      iconButton("plus", "Zoom in", () => this.#setZoom(this.screen.zoom + 1)),
      h("button.text-button", { type: "button", onclick: () => this.#setZoom(0) }, "Fit"),
      this.onion.element,
      this.seamSwitch.element,
      this.ground,
    );
  }

  /** Show a sheet with its timing: `fps`, `durations`, `tags`; `keep` goes on at the same moment. */
  load(sheet, info, { keep = false, thin = 1 } = {}) {
    this.sheet = sheet;
    this.#thin = thin;
    this.#seconds = frameSeconds(info);
    this.#tags = tagsOf(info);
    const chosen = this.tag.value;
    const several = this.#tags.length > 1;
    const names = this.#tags.map(({ name }, i) => h("option", { value: String(i) }, name));
    if (several) names.unshift(h("option", { value: EVERY }, EVERY));
    this.tag.replaceChildren(...names);
    this.tag.hidden = !several;
    const known = names.some(({ value }) => value === chosen);
    this.tag.value = keep && known ? chosen : several ? EVERY : "0";
    this.#choose(this.tag.value, keep);
  }

  /** Show nothing. */
  clear() {
    this.sheet = null;
    this.playhead.pause();
    this.playhead.load([]);
    this.screen.clear();
    this.element.classList.add("empty");
  }

  /** The present frame as the bytes of a PNG. */
  async framePng() {
    const { width, height } = this.sheet.layout;
    const canvas = new OffscreenCanvas(width, height);
    this.sheet.draw(canvas.getContext("2d"), this.#frame());
    return new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
  }

  #frame() {
    return this.playhead.reels[0].frames[this.playhead.places[0]];
  }

  #choose(value, keep = false) {
    const tags = value === EVERY ? this.#tags.slice(0, MOST_AT_ONCE) : [this.#tags[Number(value)]];
    const reels = tags.map((tag) => new Reel(pass(tag), this.#seconds));
    const columns = columnsOf(tags);
    this.element.classList.remove("empty");
    this.screen.load(this.sheet, reels, { columns, thin: this.#thin });
    this.film.load(this.sheet, reels[0], this.#seconds);
    if (!keep) this.playhead.setLoop(tags.some(({ loop }) => loop));
    this.#fit();
    this.playhead.load(reels, { keep });
    this.#showSeam();
    if (!keep && mayMove()) this.playhead.play();
  }

  #draw(places) {
    if (!this.sheet || !places.length) return;
    this.screen.draw(places);
    this.film.showPlace(places[0]);
    this.transport.showPlace(places[0], this.playhead.reels[0], this.#seconds);
  }

  #space() {
    const { clientWidth, clientHeight } = this.viewport;
    return { width: clientWidth - 32, height: clientHeight - 32 };
  }

  #fit() {
    if (!this.sheet) return;
    this.screen.setZoom(this.#zoom || zoomToFit(this.screen.size, this.#space()));
    this.zoomWords.textContent = `${this.screen.zoom}×`;
  }

  #setZoom(zoom) {
    this.#zoom = Math.max(0, Math.min(MOST_ZOOM, zoom));
    this.#fit();
  }

  #setOnion(on) {
    this.screen.onion = on;
    this.screen.draw(this.playhead.places);
  }

  #setGround(ground) {
    remember("ground", ground);
    this.screen.setGround(ground);
  }

  #showSeam() {
    const on = this.seamSwitch.input.checked;
    this.seam.element.hidden = !on;
    this.screen.element.hidden = on;
    if (on && this.sheet) this.seam.load(this.sheet, this.playhead.reels[0], this.#space());
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.viewport) return;
    const keys = {
      " ": () => this.playhead.toggle(),
      ArrowLeft: () => this.playhead.step(-1),
      ArrowRight: () => this.playhead.step(1),
      Home: () => this.playhead.seek(0),
      "+": () => this.#setZoom(this.screen.zoom + 1),
      "=": () => this.#setZoom(this.screen.zoom + 1),
      "-": () => this.#setZoom(Math.max(1, this.screen.zoom - 1)),
      0: () => this.#setZoom(0),
      o: () => this.onion.input.click(),
      l: () => this.seamSwitch.input.click(),
      b: () => this.#nextGround(),
    };
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || !this.sheet) return;
    event.preventDefault();
    act();
  }

  #nextGround() {
    this.ground.value = GROUNDS[(GROUNDS.indexOf(this.ground.value) + 1) % GROUNDS.length];
    this.#setGround(this.ground.value);
  }
}
