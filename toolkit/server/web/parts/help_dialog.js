// What the keys do.

import { h } from "./element.js";

const KEYS = [
  ["Ctrl + Enter", "generate, in the form"],
  ["Space", "play or pause, on the player"],
  ["← →", "frame before, frame after"],
  ["Home", "first frame"],
  ["+ − 0", "zoom in, zoom out, fit"],
  ["O", "onion skin: the frame before in red, the one after in blue"],
  ["L", "loop seam: last frame, first frame, and where they differ"],
  ["B", "another ground"],
  ["Arrows, A S D W, Space …", "the game's actions, on the game"],
  ["Esc", "leave the game, close a menu"],
];

/** A dialog that a button opens with `showModal()`. */
export function helpDialog() {
  const rows = KEYS.map(([keys, words]) => {
    return h("div.key-row", {}, h("dt", {}, h("kbd", {}, keys)), h("dd", {}, words));
  });
  const close = () => dialog.close();
  const dialog = h(
    "dialog.dialog",
    { "aria-labelledby": "help-title", onclick: ({ target }) => target === dialog && close() },
    h(
      "div.dialog-body",
      {},
      h("h2", { id: "help-title" }, "Keys"),
      h("p.hint", {}, "Letters work on the player only, while it has the focus."),
      h("dl.keys", {}, rows),
      h("p.hint", {}, "Everything is made and kept on this machine; nothing is sent elsewhere."),
      h("button.primary", { type: "button", onclick: close }, "Close"),
    ),
  );
  return dialog;
}
