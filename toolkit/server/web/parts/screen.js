// A canvas that shows frames of a sheet: in whole pixels, on a chosen ground, with onion skin.

import { h } from "./element.js";

export const GROUNDS = ["checker", "dark", "light", "green"];
export const MOST_ZOOM = 32;
const BEFORE = { color: "#ff3d6e", alpha: 0.34 };
const AFTER = { color: "#1d9bf0", alpha: 0.28 };

/** Screen pixels that one pixel of a sprite takes when it must fit, a whole number from 1. */
export function zoomToFit({ width, height }, space) {
  const most = Math.min(space.width / width, space.height / height);
  return Math.max(1, Math.min(MOST_ZOOM, Math.floor(most)));
}

/** A grid of reels, drawn at the sheet's own size and enlarged by whole pixels. */
export class Screen {
  #context;
  #ghost = new OffscreenCanvas(1, 1);

  constructor({ label }) {
    this.canvas = h("canvas", { role: "img", "aria-label": label, width: 1, height: 1 });
    this.element = h("div.screen", {}, this.canvas);
    this.#context = this.canvas.getContext("2d");
    this.sheet = null;
    this.reels = [];
    this.columns = 1;
    this.onion = false;
    this.zoom = 1;
    this.thin = 1;
    this.ground = "";
    this.setGround("checker");
  }

  /**
   * Show a sheet's reels in a grid of so many columns; `draw` follows. `thin` is how many pixels
   * of the real clip one pixel of a preview stands for.
   */
  load(sheet, reels, { columns = 1, thin = 1 } = {}) {
    this.sheet = sheet;
    this.thin = thin;
    this.reels = reels;
    this.columns = columns;
    const { width, height } = sheet.layout;
    this.canvas.width = width * columns;
    this.canvas.height = height * Math.ceil(reels.length / columns);
    this.#ghost.width = width;
    this.#ghost.height = height;
    this.setZoom(this.zoom);
  }

  /** Size of the whole grid in pixels of the real clip. */
  get size() {
    return { width: this.canvas.width * this.thin, height: this.canvas.height * this.thin };
  }

  /** Enlarge by a whole number; on screens of several dots a pixel, by whole dots as well. */
  setZoom(zoom) {
    this.zoom = zoom;
    const dots = window.devicePixelRatio || 1;
    const side = (zoom * Math.max(1, Math.round(dots))) / dots;
    this.canvas.style.width = `${this.size.width * side}px`;
    this.canvas.style.height = `${this.size.height * side}px`;
    this.element.style.setProperty("--dot", `${side}px`);
  }

  /** What lies behind transparent pixels: one of GROUNDS. */
  setGround(ground) {
    this.element.classList.remove(`ground-${this.ground}`);
    this.element.classList.add(`ground-${ground}`);
    this.ground = ground;
  }

  /** The frames at these places of the reels. */
  draw(places) {
    if (!this.sheet) return;
    const { width, height } = this.sheet.layout;
    const context = this.#context;
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.reels.forEach(({ frames }, cell) => {
      const place = places[cell];
      context.save();
      context.translate((cell % this.columns) * width, Math.floor(cell / this.columns) * height);
      if (this.onion && frames.length > 1) {
        this.#drawGhost(frames[(place + frames.length - 1) % frames.length], BEFORE);
        this.#drawGhost(frames[(place + 1) % frames.length], AFTER);
      }
      this.sheet.draw(context, frames[place]);
      context.restore();
    });
  }

  /** Nothing at all. */
  clear() {
    this.sheet = null;
    this.reels = [];
    this.#context.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  #drawGhost(frame, { color, alpha }) {
    const { width, height } = this.#ghost;
    const ghost = this.#ghost.getContext("2d");
    ghost.globalCompositeOperation = "copy";
    this.sheet.draw(ghost, frame);
    ghost.globalCompositeOperation = "source-atop";
    ghost.fillStyle = color;
    ghost.globalAlpha = 0.6;
    ghost.fillRect(0, 0, width, height);
    ghost.globalAlpha = 1;
    this.#context.globalAlpha = alpha;
    this.#context.drawImage(this.#ghost, 0, 0);
    this.#context.globalAlpha = 1;
  }
}
