// HTML elements from plain calls: text is always text, never markup.

/**
 * An element: `h("button.primary", { type: "button", onclick }, "Go")`. Properties that begin
 * with `on` are listeners, `aria-*`, `data-*`, `for` and `role` are attributes, others are set.
 */
export function h(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) put(element, key, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

function put(element, key, value) {
  if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
  else if (/^(aria-|data-|for$|role$|list$)/.test(key)) element.setAttribute(key, value);
  else element[key] = value;
}

const SVG = "http://www.w3.org/2000/svg";
/** Paths of 20 by 20 units, drawn as lines. */
const ICONS = {
  play: "M6 4l10 6-10 6z",
  pause: "M6 4v12M14 4v12",
  first: "M5 4v12M15 5l-8 5 8 5z",
  last: "M15 4v12M5 5l8 5-8 5z",
  back: "M13 5l-7 5 7 5",
  next: "M7 5l7 5-7 5",
  star: "M10 2.8l2.2 4.6 5 .7-3.6 3.5.9 5-4.5-2.4-4.5 2.4.9-5L2.8 8.1l5-.7z",
  again: "M16 10a6 6 0 1 1-1.8-4.3M16 3v4h-4",
  dice: "M4 4h12v12H4zM7.5 7.5v.01M12.5 7.5v.01M10 10v.01M7.5 12.5v.01M12.5 12.5v.01",
  edit: "M4 16l1-4 8.5-8.5 3 3L8 15z",
  compare: "M3 4h6v12H3zM11 4h6v12h-6z",
  close: "M5 5l10 10M15 5L5 15",
  down: "M10 3v10M5.5 9l4.5 4.5L14.5 9M4 17h12",
  copy: "M7 7h9v9H7zM4 13V4h9",
  search: "M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4zM13 13l4 4",
  sun: "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1 1M14.7 14.7l1 1M15.7 4.3l-1 1M5.3 14.7l-1 1",
  moon: "M16 11.5A6.5 6.5 0 0 1 8.5 4a6.5 6.5 0 1 0 7.5 7.5z",
  auto: "M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14",
  help: "M7.5 7.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.5v.7M10 15v.01",
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  picture: "M3 4h14v12H3zM3 13l4-4 4 4 2-2 4 4M13 7.5v.01",
};

/** A drawing that says nothing by itself; the control around it has the words. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button with a drawing only; its words are its name and its tooltip. */
export function iconButton(name, label, onclick, more = {}) {
  const properties = { type: "button", title: label, "aria-label": label, onclick, ...more };
  return h("button.icon-button", properties, icon(name));
}
