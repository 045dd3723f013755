// Buttons for the actions of a game, held by mouse, finger or key; the keys stand on them.

import { h } from "./element.js";
import { keysOf, keyWord, padPlace } from "../state/controls.js";

/** A pad of arrows and a row of deeds; `press(source, action)` and `release(source)` are called. */
export class GamePad {
  #buttons = new Map(); // action -> button
  #keys = new Map(); // key -> action

  constructor({ press, release }) {
    this.press = press;
    this.release = release;
    this.arrows = h("div.arrows");
    this.deeds = h("div.deeds");
    this.element = h("div.game-pad", { role: "group", "aria-label": "Actions" }, this.arrows, this.deeds);
  }

  /** Show the actions of a world. */
  load(actions, idle) {
    this.#buttons.clear();
    this.#keys.clear();
    const keys = keysOf(actions);
    const places = { arrows: [], deeds: [] };
    actions.forEach((name, action) => {
      for (const key of keys[action]) this.#keys.set(key, action);
      const place = padPlace(keys[action]);
      const button = this.#button(name, action, keys[action]);
      if (place) button.classList.add(`pad-${place}`);
      if (action === idle) button.classList.add("idle");
      places[place ? "arrows" : "deeds"].push(button);
    });
    this.arrows.replaceChildren(...places.arrows);
    this.deeds.replaceChildren(...places.deeds);
  }

  /** The action of a key, or undefined. */
  actionOf(key) {
    return this.#keys.get(key.length === 1 ? key.toLowerCase() : key);
  }

  /** Mark the action that is played now. */
  showAction(action) {
    for (const [other, button] of this.#buttons) button.classList.toggle("down", other === action);
  }

  #button(name, action, keys) {
    const source = `button ${action}`;
    const release = () => this.release(source);
    const button = h(
      "button.pad-button",
      {
        type: "button",
        onpointerdown: (event) => {
          event.preventDefault();
          button.setPointerCapture(event.pointerId);
          this.press(source, action);
        },
        onpointerup: release,
        onpointercancel: release,
        onclick: (event) => {
          if (event.detail) return; // the pointer did it; this is the keyboard or a reader
          this.press(source, action);
          release();
        },
      },
      h("span", {}, name.replaceAll("_", " ")),
    );
    if (keys.length) button.append(h("kbd", {}, keys.map(keyWord).join(" ")));
    this.#buttons.set(action, button);
    return button;
  }
}
