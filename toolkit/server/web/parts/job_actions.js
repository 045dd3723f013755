// What can be done with a job: the same buttons on the stage, in the history and when comparing.

import { h, icon } from "./element.js";
import { ended } from "../state/jobs.js";
import { isTurntable } from "../state/turntables.js";

/** A button with a drawing and words. */
export function action(name, label, onclick, more = {}) {
  return h("button.action", { type: "button", onclick, ...more }, icon(name), h("span", {}, label));
}

/** The star that makes a job a favourite. */
export function starButton(studio, record) {
  const words = record.favourite ? "No longer a favourite" : "Favourite";
  return h(
    "button.icon-button.star",
    {
      type: "button",
      title: words,
      "aria-label": "Favourite",
      "aria-pressed": String(record.favourite),
      onclick: (event) => {
        event.stopPropagation();
        studio.mark(record);
      },
    },
    icon("star"),
  );
}

/** The buttons for a job in its present state. */
export function jobActions(studio, record) {
  if (!ended(record)) {
    const stopping = record.state === "cancelling";
    const cancel = () => stopping || studio.cancel(record.job);
    // A button that is really disabled would lose the focus.
    const more = { "aria-disabled": String(stopping), className: "action cancel" };
    return [action("close", "Cancel", cancel, more)];
  }
  const same = record.state === "done" ? "Regenerate" : "Try again";
  const again = action("again", same, () => studio.retry(record), {
    title: "The same request once more",
  });
  if (isTurntable(record.request)) return [again]; // the form asks for sprites
  return [
    again,
    action("dice", "Vary", () => studio.vary(record), { title: "The same with another seed" }),
    action("edit", "Edit", () => studio.form.fill(record.request), {
      title: "Put this request into the form",
    }),
  ];
}
