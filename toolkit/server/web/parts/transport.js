// The controls of a playhead: play, step, scrub, speed, loop; for one clip or for two at once.

import { h, icon, iconButton } from "./element.js";

const MOVES = /^(Arrow|Home|End|Page)/;
const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4];

/** Milliseconds as people read them. */
export const milliseconds = (seconds) => `${Math.round(seconds * 1000)} ms`;

/** Buttons and a scrubber that drive a playhead and follow it. */
export class Transport {
  #playhead;

  constructor(playhead) {
    this.#playhead = playhead;
    this.play = iconButton("play", "Play", () => playhead.toggle());
    this.play.classList.add("play-button");
    this.scrub = h("input.scrub", {
      type: "range",
      min: 0,
      max: 0,
      value: 0,
      "aria-label": "Frame",
      // Also where the key moves nothing, as Home does on the first frame.
      onkeydown: ({ key }) => MOVES.test(key) && playhead.pause(),
      oninput: () => {
        playhead.pause();
        playhead.seek(Number(this.scrub.value));
      },
    });
    this.count = h("span.count");
    this.speed = h(
      "select.input.small",
      { "aria-label": "Speed", onchange: () => playhead.setSpeed(Number(this.speed.value)) },
      SPEEDS.map((speed) => h("option", { value: String(speed) }, `${speed}×`)),
    );
    this.speed.value = "1";
    this.loop = h("input", { type: "checkbox", onchange: () => playhead.setLoop(this.loop.checked) });
    this.element = h(
      "div.transport",
      { role: "group", "aria-label": "Playback" },
      iconButton("back", "Frame before", () => playhead.step(-1)),
      this.play,
      iconButton("next", "Frame after", () => playhead.step(1)),
      this.scrub,
      this.count,
      this.speed,
      h("label.chip.plain", {}, this.loop, h("span", {}, "Loop")),
    );
    this.follow();
  }

  /** Show how the playhead stands. */
  follow() {
    const { playing, loop, speed } = this.#playhead;
    const words = playing ? "Pause" : "Play";
    this.play.replaceChildren(icon(playing ? "pause" : "play"));
    this.play.title = words;
    this.play.setAttribute("aria-label", words);
    this.loop.checked = loop;
    this.speed.value = String(speed);
  }

  /** Show the place of the first reel, whose frames last `seconds`. */
  showPlace(place, reel, seconds) {
    const last = reel.frames.length - 1;
    const frame = reel.frames[place];
    this.scrub.max = String(last);
    this.scrub.value = String(place);
    this.scrub.disabled = last === 0;
    const words = `Frame ${place + 1} of ${last + 1}, ${milliseconds(seconds[frame])}`;
    this.scrub.setAttribute("aria-valuetext", words);
    this.count.textContent = `${place + 1}/${last + 1}`;
    this.count.title = words;
  }
}
