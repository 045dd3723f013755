// The bar on top: views, how the connection stands, colours, help; and the line of news.

import { h, icon, iconButton } from "../parts/element.js";
import { helpDialog } from "../parts/help_dialog.js";
import { bytes } from "../parts/words.js";
import { remember, remembered } from "../state/settings.js";

const VIEWS = [
  ["create", "Create"],
  ["compare", "Compare"],
  ["play", "Play"],
];
const THEMES = [
  ["", "auto", "Colours: as the system"],
  ["light", "sun", "Colours: light"],
  ["dark", "moon", "Colours: dark"],
];
const STANDS = {
  connecting: "Connecting…",
  open: "Connected",
  lost: "Connection lost; trying again…",
  shut: "This link has ended",
};
const NOTICE_FOR = 6000;

/** Fill the bar and the line of news. */
export function mountTop(root, notice, { store, connection }) {
  mountViews(root.querySelector(".views"), store);
  const help = helpDialog();
  const end = root.querySelector(".top-end");
  end.append(
    standing(store, connection),
    themeButton(),
    iconButton("help", "Help and keys", () => help.showModal()),
    help,
  );
  mountNotice(notice, store);
  root.after(shutBanner(store));
}

function mountViews(root, store) {
  const buttons = VIEWS.map(([view, words]) => {
    const onclick = () => store.change({ view });
    return h("button.view", { type: "button", "data-view": view, onclick }, words);
  });
  root.append(...buttons);
  store.watch(["view"], ({ view }) => {
    document.body.dataset.view = view;
    for (const button of buttons) {
      const on = button.dataset.view === view;
      if (on) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
  });
}

function standing(store, connection) {
  const words = h("span");
  const onclick = () => connection.retry();
  const pill = h("button.standing", { type: "button", onclick, "aria-live": "polite" }, words);
  store.watch(["connection", "hello"], (value) => {
    pill.dataset.state = value.connection;
    words.textContent = STANDS[value.connection];
    const models = value.hello?.models ?? [];
    const lines = models.map(({ name, version, loaded, resident }) => {
      return `${name} ${version}${loaded ? `, ${bytes(resident)} in memory` : ""}`;
    });
    pill.title = value.hello ? [`server ${value.hello.server}`, ...lines].join("\n") : "";
  });
  return pill;
}

function themeButton() {
  let at = THEMES.findIndex(([theme]) => theme === remembered("theme", ""));
  const button = iconButton("auto", "Colours", () => {
    at = (at + 1) % THEMES.length;
    show();
    remember("theme", THEMES[at][0]);
  });
  const show = () => {
    const [theme, drawing, words] = THEMES[at];
    document.documentElement.dataset.theme = theme;
    button.replaceChildren(icon(drawing));
    button.title = words;
    button.setAttribute("aria-label", words);
  };
  at = Math.max(0, at);
  show();
  return button;
}

function mountNotice(root, store) {
  let timer = 0;
  store.watch(["notice"], ({ notice }) => {
    clearTimeout(timer);
    root.textContent = notice.text;
    root.dataset.tone = notice.tone;
    root.classList.toggle("on", Boolean(notice.text));
    timer = setTimeout(() => root.classList.remove("on"), NOTICE_FOR);
  });
}

/** What to do when the server does not know this browser any more. */
function shutBanner(store) {
  const words = "The server does not know this browser any more. In a terminal, run ";
  const banner = h(
    "div.banner",
    { role: "alert", hidden: true },
    h("p", {}, words, h("code", {}, "playreel serve --open"), " for a new link."),
  );
  store.watch(["connection"], ({ connection }) => {
    banner.hidden = connection !== "shut";
  });
  return banner;
}
