// Form fields with their words: what the compose pane is made of.

import { h } from "./element.js";

let count = 0; // of fields, for ids that differ

const newId = (name) => {
  count += 1;
  return `field-${name}-${count}`;
};

/** A labelled control: `{ element, input, id }`. */
export function field(label, input, { hint = "" } = {}) {
  const id = input.id || newId(input.name || "x");
  input.id = id;
  const words = h("label.label", { for: id }, label);
  if (!hint) return { element: h("div.field", {}, words, input), input, id };
  const note = h("span.hint", { id: `${id}-hint` }, hint);
  input.setAttribute("aria-describedby", note.id);
  return { element: h("div.field", {}, words, input, note), input, id };
}

/** A number with its range. */
export function numberInput(name, value, [min, max], step = 1) {
  return h("input.input", { type: "number", name, value, min, max, step, required: true });
}

/** One of several choices, `[value, words]` each. */
export function selectInput(name, choices, value) {
  const options = choices.map(([choice, words]) => h("option", { value: choice }, words));
  const select = h("select.input", { name }, options);
  select.value = value;
  return select;
}

/** A switch that is on or off. */
export function toggle(label, checked, onchange) {
  const input = h("input.switch", { type: "checkbox", checked, onchange });
  return { element: h("label.toggle", {}, input, h("span", {}, label)), input };
}

/** Choices shown side by side: a group of checkboxes or of radio buttons. */
export function chips(legend, { type, name, choices, chosen, onchange }) {
  const inputs = choices.map(([value, words]) => {
    const input = h("input", { type, name, value, checked: chosen.includes(value), onchange });
    return { input, element: h("label.chip", {}, input, h("span", {}, words)) };
  });
  const row = h("div.chips", {}, inputs.map(({ element }) => element));
  const element = h("fieldset.field", {}, h("legend.label", {}, legend), row);
  return {
    element,
    value: () => inputs.filter(({ input }) => input.checked).map(({ input }) => input.value),
    set: (values) => {
      for (const { input } of inputs) input.checked = values.map(String).includes(input.value);
    },
  };
}
