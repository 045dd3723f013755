// The history: every job, what is being made on top; searched, marked, made again, compared.

import { h, icon, iconButton } from "../parts/element.js";
import { starButton } from "../parts/job_actions.js";
import { Nearby, Thumbnail } from "../parts/thumbnail.js";
import { ago, progressLine, shareDone, stateWord } from "../parts/words.js";
import { ended, listed } from "../state/jobs.js";
import { subjectOf, summary } from "../state/requests.js";
import { SHOWN } from "../state/studio.js";

const SEARCH_AFTER = 250;

/** Fill the history. */
export function mountHistory(root, { store, studio, shelf }) {
  const history = new History(store, studio, shelf);
  root.append(...history.parts);
  store.watch(["view"], ({ view }) => {
    root.hidden = view === "play";
  });
  const parts = ["jobs", "progress", "selected", "search", "older", "view", "pair", "whole"];
  store.watch(parts, (value) => history.show(value));
  setInterval(() => history.showTimes(), 20000);
}

class History {
  #store;
  #studio;
  #cards = new Map(); // job -> Card
  #most = SHOWN;
  #timer = 0;

  constructor(store, studio, shelf) {
    this.#store = store;
    this.#studio = studio;
    this.shelf = shelf;
    this.text = h("input.input", {
      type: "search",
      id: "search",
      placeholder: "Search prompts",
      "aria-label": "Search the history by words of the prompt",
      oninput: () => this.#searchSoon(),
    });
    this.favourites = h("input", { type: "checkbox", onchange: () => this.#search() });
    const only = h("label.chip", {}, this.favourites, icon("star"), h("span", {}, "Favourites"));
    this.list = h("ul.cards", { "aria-label": "Jobs, newest first" });
    this.empty = h("p.empty-words", { hidden: true });
    const onclick = () => this.#more();
    this.older = h("button.text-button.older", { type: "button", onclick }, "Show older");
    this.scroll = h("div.history-scroll", {}, this.list, this.empty, this.older);
    this.nearby = new Nearby(this.scroll);
    this.parts = [h("div.search-row", { role: "search" }, this.text, only), this.scroll];
  }

  show(value) {
    const { search } = value;
    const found = listed(value.jobs, search);
    const shown = found.slice(0, this.#most);
    const cards = shown.map((record) => this.#card(record, value));
    this.#place(cards.map((card) => card.element));
    this.#dropCards(new Set(shown.map(({ job }) => job)));
    this.empty.hidden = found.length > 0 || !value.whole || value.older.busy;
    const searching = search.words.length || search.favourite;
    this.empty.textContent = searching ? "Nothing found." : "What you make is kept here.";
    this.older.hidden = !value.whole || (found.length <= this.#most && !value.older.more);
    this.older.disabled = value.older.busy;
  }

  /** Bring "3 minutes ago" up to date. */
  showTimes() {
    for (const card of this.#cards.values()) card.showTime();
  }

  #card(record, value) {
    let card = this.#cards.get(record.job);
    if (!card) {
      card = new Card(this.#studio, this.shelf, this.nearby);
      this.#cards.set(record.job, card);
    }
    const { selected, view, pair } = value;
    const on = view === "compare" ? pair.includes(record.job) : selected === record.job;
    card.show(record, value.progress.get(record.job), on);
    return card;
  }

  /** Put elements into the list in order, moving only what is elsewhere: the focus stays. */
  #place(elements) {
    elements.forEach((element, at) => {
      const there = this.list.children[at];
      if (there !== element) this.list.insertBefore(element, there ?? null);
    });
    while (this.list.children.length > elements.length) this.list.lastChild.remove();
  }

  #dropCards(shown) {
    for (const job of this.#cards.keys()) if (!shown.has(job)) this.#cards.delete(job);
  }

  #searchSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#search(), SEARCH_AFTER);
  }

  #search() {
    this.#most = SHOWN;
    this.#studio.search(this.text.value, this.favourites.checked);
  }

  #more() {
    this.#most += SHOWN;
    this.show(this.#store.value);
    this.#studio.loadOlder(this.#most);
  }
}

/** One job in the list. */
class Card {
  #studio;
  #shelf;
  #nearby;
  #made = "";
  #record = null;

  constructor(studio, shelf, nearby) {
    this.#studio = studio;
    this.#shelf = shelf;
    this.#nearby = nearby;
    this.thumb = null;
    this.picture = h("div.card-picture", { "aria-hidden": "true" });
    this.prompt = h("span.card-prompt");
    this.facts = h("span.card-facts");
    this.time = h("span.card-time");
    this.bar = h("progress.bar", { max: 1, "aria-label": "Progress" });
    this.open = h(
      "button.card-open",
      { type: "button", onclick: () => this.#choose() },
      this.picture,
      h("span.card-words", {}, this.prompt, this.facts, this.time),
    );
    this.buttons = h("div.card-buttons");
    this.element = h("li.card", {}, this.open, this.bar, this.buttons);
    const move = (moving) => () => this.thumb?.setMoving(moving);
    this.element.addEventListener("pointerenter", move(true));
    this.element.addEventListener("pointerleave", move(false));
    this.element.addEventListener("focusin", move(true));
    this.element.addEventListener("focusout", move(false));
  }

  show(record, progress, on) {
    this.#record = record;
    this.element.dataset.state = record.state;
    this.element.classList.toggle("on", on);
    this.open.setAttribute("aria-current", String(on));
    this.bar.hidden = ended(record);
    if (!ended(record)) this.#showProgress(record, progress);
    const made = [record.state, record.favourite].join();
    if (made === this.#made) return;
    this.#made = made;
    this.prompt.textContent = subjectOf(record.request);
    if (ended(record)) this.facts.textContent = summary(record.request);
    this.showTime();
    this.#showPicture(record);
    this.#showButtons(record);
  }

  showTime() {
    const { state, changed_at, queued_at } = this.#record;
    if (!ended(this.#record)) return;
    this.time.textContent = state === "done" ? ago(queued_at) : `${stateWord(state)} ${ago(changed_at)}`;
  }

  #showProgress(record, progress) {
    const share = shareDone(record, progress);
    if (share === null) this.bar.removeAttribute("value");
    else this.bar.value = share;
    this.facts.textContent = progressLine(record, progress);
    this.time.textContent = "";
  }

  #showPicture({ state, result }) {
    if (state !== "done") {
      this.picture.replaceChildren(icon(ended({ state }) ? "close" : "play"));
      return;
    }
    if (this.thumb) return;
    this.thumb = new Thumbnail(this.#shelf, result, this.#nearby);
    this.picture.replaceChildren(this.thumb.element);
  }

  #showButtons(record) {
    const studio = this.#studio;
    const about = (words) => `${words}: ${subjectOf(record.request)}`;
    const button = (name, words, act) => {
      return iconButton(name, words, act, { "aria-label": about(words) });
    };
    const star = starButton(studio, record);
    star.setAttribute("aria-label", about("Favourite"));
    const buttons = [star];
    if (!ended(record)) {
      buttons.push(button("close", "Cancel", () => studio.cancel(record.job)));
    } else {
      buttons.push(button("again", "Regenerate", () => studio.retry(record)));
    }
    if (record.state === "done") {
      buttons.push(button("compare", "Compare", () => studio.compare(record.job)));
    }
    const focused = [...this.buttons.children].indexOf(document.activeElement);
    this.buttons.replaceChildren(...buttons);
    this.buttons.children[Math.min(focused, buttons.length - 1)]?.focus();
  }

  #choose() {
    const { view, pair } = this.#studio.store.value;
    if (view === "compare" && this.#record.state === "done" && !pair.includes(this.#record.job)) {
      this.#studio.compare(this.#record.job);
    } else {
      this.#studio.select(this.#record.job);
    }
  }
}
