// Two clips side by side at the same moment, and what their requests differ in.

import { h } from "../parts/element.js";
import { action, starButton } from "../parts/job_actions.js";
import { Screen, zoomToFit } from "../parts/screen.js";
import { Transport } from "../parts/transport.js";
import { Playhead } from "../clips/playhead.js";
import { frameSeconds, pass, Reel, tagsOf } from "../clips/timing.js";
import { differences, nameOf, subjectOf } from "../state/requests.js";
import { mayMove } from "../state/settings.js";

const NAMES = ["A", "B"];

/** Fill the comparison. */
export function mountComparison(root, { store, studio, shelf }) {
  const comparison = new Comparison(studio, shelf);
  root.append(comparison.element);
  store.watch(["view", "pair", "jobs"], (value) => {
    root.hidden = value.view !== "compare";
    if (root.hidden) comparison.playhead.pause();
    else comparison.show(value.pair.map((job) => value.jobs.get(job)));
  });
}

class Comparison {
  #studio;
  #shelf;
  #shown = "";

  constructor(studio, shelf) {
    this.#studio = studio;
    this.#shelf = shelf;
    this.playhead = new Playhead({
      show: (places) => this.#draw(places),
      told: () => this.transport.follow(),
    });
    this.transport = new Transport(this.playhead);
    this.sides = NAMES.map((name) => new Side(name));
    this.table = h("div.differences");
    this.element = h(
      "div.comparison-body",
      {},
      h("div.sides", {}, this.sides.map(({ element }) => element)),
      this.transport.element,
      this.table,
    );
    new ResizeObserver(() => this.#fit()).observe(this.sides[0].space);
  }

  async show(records) {
    this.sides.forEach((side, i) => side.say(this.#studio, records[i]));
    this.#tell(records);
    const made = records.map((record) => record?.result?.result ?? "").join();
    if (made === this.#shown) return;
    this.#shown = made;
    const sheets = await Promise.allSettled(
      records.map((record) => (record?.result ? this.#shelf.get(record.result) : null)),
    );
    if (made !== this.#shown) return;
    this.loaded = this.sides.filter((side, i) => side.load(sheets[i], records[i]?.result));
    this.#fit();
    this.playhead.load(this.loaded.map(({ reel }) => reel));
    if (mayMove()) this.playhead.play();
  }

  #draw(places) {
    this.loaded.forEach((side, i) => side.screen.draw([places[i]]));
    const [first] = this.loaded;
    if (first) this.transport.showPlace(places[0], first.reel, first.seconds);
  }

  /** The same zoom on both sides. */
  #fit() {
    const loaded = this.loaded ?? [];
    const zoom = Math.min(...loaded.map((side) => side.zoomToFit()));
    for (const side of loaded) side.screen.setZoom(zoom);
  }

  #tell([a, b]) {
    if (!a || !b) {
      this.table.replaceChildren(h("p.hint", {}, "Choose another clip in the history."));
      return;
    }
    const rows = differences(a.request, b.request).map(([name, one, two]) => {
      return h("tr", {}, h("th", { scope: "row" }, nameOf(name)), h("td", {}, one), h("td", {}, two));
    });
    if (a.model !== b.model) {
      const cells = [a, b].map(({ model }) => h("td", {}, model.slice(0, 12)));
      rows.push(h("tr", {}, h("th", { scope: "row" }, "model"), cells));
    }
    const head = ["Differs in", ...NAMES].map((name) => h("th", { scope: "col" }, name));
    const table = h("table", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows));
    const same = h("p.hint", {}, "Both were asked for in the same way.");
    this.table.replaceChildren(rows.length ? table : same);
  }
}

/** One of the two. */
class Side {
  constructor(name) {
    this.name = name;
    this.screen = new Screen({ label: `Clip ${name}` });
    this.message = h("p.message");
    this.space = h("div.viewport", {}, this.screen.element, this.message);
    this.head = h("div.side-head");
    const label = `Clip ${name}`;
    this.element = h("div.side", { role: "group", "aria-label": label }, this.head, this.space);
  }

  say(studio, record) {
    const badge = h("span.badge", {}, this.name);
    if (!record) {
      this.head.replaceChildren(badge, h("p", {}, "Nothing chosen"));
      return;
    }
    const words = h("p.side-prompt", {}, subjectOf(record.request));
    const open = action("play", "Open", () => studio.select(record.job));
    this.head.replaceChildren(badge, words, starButton(studio, record), open);
  }

  /** Show a sheet that was asked for; false when there is none. */
  load({ value: sheet, reason }, result) {
    this.message.textContent = reason?.message ?? "";
    if (!sheet) {
      this.screen.clear();
      return false;
    }
    this.seconds = frameSeconds(result);
    const frames = tagsOf(result).flatMap((tag) => pass(tag)); // one tag after the other
    this.reel = new Reel(frames, this.seconds);
    this.screen.load(sheet, [this.reel]);
    return true;
  }

  zoomToFit() {
    const { clientWidth, clientHeight } = this.space;
    return zoomToFit(this.screen.size, { width: clientWidth - 32, height: clientHeight - 32 });
  }
}
