// The seam of a loop: its last frame, its first, and where they differ.

import { h } from "./element.js";
import { zoomToFit } from "./screen.js";
import { differencePicture, seamOf, seamSentence } from "../clips/seam.js";

/** Three pictures and a sentence. */
export class SeamView {
  constructor() {
    this.row = h("div.seam-row");
    this.words = h("p.seam-words", { role: "status" });
    this.element = h("div.seam", { hidden: true }, this.row, this.words);
  }

  /** Show the seam of a reel of a sheet, in the space there is. */
  load(sheet, reel, space) {
    const pictures = reel.frames.map((frame) => sheet.pixels(frame));
    const { width, height } = sheet.layout;
    const zoom = zoomToFit(
      { width: width * 3, height },
      { width: space.width - 96, height: space.height - 120 },
    );
    const last = pictures.at(-1);
    const views = [
      ["Last frame", last],
      ["First frame", pictures[0]],
      ["Difference", differencePicture(last, pictures[0])],
    ];
    this.row.replaceChildren(
      ...views.map(([title, pixels]) => {
        const canvas = h("canvas", { width, height, role: "img", "aria-label": title });
        canvas.style.width = `${width * zoom}px`;
        canvas.style.height = `${height * zoom}px`;
        canvas.getContext("2d").putImageData(new ImageData(pixels, width, height), 0, 0);
        return h("figure.seam-view.ground-checker", {}, canvas, h("figcaption", {}, title));
      }),
    );
    this.words.textContent = seamSentence(seamOf(pictures));
  }
}
