// Every frame of a reel in a row, each with how long it lasts; a click goes there.

import { h } from "./element.js";
import { milliseconds } from "./transport.js";

/** A row of small pictures; the scrubber does the same for the keyboard and screen readers. */
export class Filmstrip {
  #cells = [];
  #current = null;

  /** `choose(place)` is called with the place that was clicked. */
  constructor(choose) {
    this.element = h("div.filmstrip", {
      "aria-hidden": "true",
      onclick: ({ target }) => {
        const cell = target.closest(".film-frame");
        if (cell) choose(Number(cell.dataset.place));
      },
    });
  }

  /** Show the frames of a reel of a sheet. */
  load(sheet, reel, seconds) {
    const { width, height } = sheet.layout;
    this.#cells = reel.frames.map((frame, place) => {
      const canvas = h("canvas", { width, height });
      sheet.draw(canvas.getContext("2d"), frame);
      const time = h("span", {}, milliseconds(seconds[frame]));
      return h("div.film-frame", { "data-place": String(place) }, canvas, time);
    });
    this.#current = null;
    this.element.replaceChildren(...this.#cells);
  }

  /** Mark the frame that is on. */
  showPlace(place) {
    this.#current?.classList.remove("on");
    this.#current = this.#cells[place];
    if (!this.#current) return;
    this.#current.classList.add("on");
    const { offsetLeft, offsetWidth } = this.#current;
    const { scrollLeft, clientWidth } = this.element;
    const hidden = offsetLeft < scrollLeft || offsetLeft + offsetWidth > scrollLeft + clientWidth;
    if (hidden) this.element.scrollLeft = offsetLeft - clientWidth / 2 + offsetWidth / 2;
  }
}
