// The stage: the chosen job, live while it is made, and its clip when it is done.

import { h } from "../parts/element.js";
import { exportsMenu, Formats } from "../parts/exports_menu.js";
import { action, jobActions, starButton } from "../parts/job_actions.js";
import { Player } from "../parts/player.js";
import { progressLine, shareDone, stateWord } from "../parts/words.js";
import { ended } from "../state/jobs.js";
import { subjectOf, summary } from "../state/requests.js";

const STACKED = "(max-width: 760px)";

/** Fill the stage. */
export function mountStage(root, { store, studio, shelf }) {
  const stage = new Stage(studio, shelf);
  root.append(stage.element);
  store.watch(["view"], ({ view }) => {
    root.hidden = view !== "create";
    if (root.hidden) stage.player.playhead.pause();
  });
  store.watch(["selected"], ({ selected }) => {
    if (selected && matchMedia(STACKED).matches) root.scrollIntoView({ block: "start" });
  });
  store.watch(["selected", "jobs", "progress", "previews", "whole"], (value) => stage.show(value));
}

class Stage {
  #studio;
  #shelf;
  #formats = new Formats();
  #shown = ""; // what the player shows: a job's preview or result
  #head = ""; // what the head was made for

  constructor(studio, shelf) {
    this.#studio = studio;
    this.#shelf = shelf;
    this.player = new Player();
    this.title = h("h3.stage-title");
    this.facts = h("p.facts");
    this.buttons = h("div.actions");
    const words = h("div.stage-words", {}, this.title, this.facts);
    this.head = h("header.stage-head", {}, words, this.buttons);
    this.line = h("span.progress-words");
    this.bar = h("progress.bar", { max: 1, "aria-label": "Progress" });
    this.progress = h("div.progress", {}, this.bar, this.line);
    this.message = h("div.message", { hidden: true });
    this.welcome = welcome(studio);
    this.player.viewport.append(this.progress, this.message);
    this.element = h("div.stage-body", {}, this.head, this.player.element, this.welcome);
    this.player.clear();
  }

  show({ selected, jobs, progress, previews, whole }) {
    const record = jobs.get(selected);
    this.welcome.hidden = Boolean(selected) && (Boolean(record) || !whole);
    this.head.hidden = !record;
    this.player.element.hidden = !record;
    if (!record) {
      this.#leave();
      return;
    }
    this.#showHead(record);
    this.#showProgress(record, progress.get(selected));
    this.#showMessage(record);
    if (record.state === "done") this.#showResult(record);
    else this.#showPreview(record, previews.get(selected));
  }

  #leave() {
    if (!this.#shown) return;
    this.#shown = "";
    this.#tell("");
    this.player.clear();
  }

  /** Say in the document what is shown in full: a result comes a while after its job is done. */
  #tell(shown) {
    this.player.element.dataset.shows = shown;
  }

  #showHead(record) {
    const made = [record.job, record.state, record.favourite].join();
    if (made === this.#head) return;
    this.#head = made;
    this.title.textContent = subjectOf(record.request);
    this.facts.textContent = `${stateWord(record.state)} · ${summary(record.request)}`;
    const buttons = [starButton(this.#studio, record), ...jobActions(this.#studio, record)];
    if (record.state === "done") buttons.push(...this.#resultActions(record));
    keepFocus(this.buttons, () => this.buttons.replaceChildren(...buttons));
  }

  #resultActions(record) {
    const use = async () => {
      const { picture } = this.#studio.form;
      await picture.setBytes(await this.player.framePng(), "image/png");
      this.#studio.say("The frame is the first frame of the next clip.", "good");
    };
    return [
      action("picture", "Use frame", use, { title: "Begin the next clip with this frame" }),
      action("compare", "Compare", () => this.#studio.compare(record.job)),
      exportsMenu(this.#formats, this.#studio, record),
    ];
  }

  #showProgress(record, progress) {
    this.progress.hidden = ended(record);
    if (ended(record)) return;
    const share = shareDone(record, progress);
    if (share === null) this.bar.removeAttribute("value");
    else this.bar.value = share;
    this.line.textContent = progressLine(record, progress);
  }

  #showMessage({ state, message, code }) {
    const words = {
      cancelled: "Cancelled. Nothing was kept.",
      failed: `${message || "The job failed."}${code ? ` (${code})` : ""}`,
      interrupted: message || "The server stopped while this was made.",
    }[state];
    this.message.hidden = !words;
    if (words) this.message.textContent = words;
  }

  #showPreview(record, preview) {
    if (!preview) {
      if (this.#shown.startsWith(record.job)) return;
      this.player.clear();
      this.#shown = `${record.job} nothing`;
      this.#tell(this.#shown);
      return;
    }
    const { sheet } = preview;
    const going = this.#shown.startsWith(`${record.job} preview`);
    if (this.#shown === `${record.job} preview ${preview.count}`) return;
    this.#shown = `${record.job} preview ${preview.count}`;
    const { num_frames } = sheet.layout;
    const timing = { fps: record.request.fps, durations: [], num_frames, tags: [] };
    const thin = record.request.width / sheet.layout.width;
    this.player.load(sheet, timing, { keep: going, thin });
    this.#tell(this.#shown);
  }

  async #showResult(record) {
    const name = `${record.job} result`;
    if (this.#shown === name) return;
    this.#shown = name;
    this.#tell("");
    try {
      const sheet = await this.#shelf.get(record.result);
      if (this.#shown !== name) return;
      this.player.load(sheet, record.result);
      this.#tell(name);
    } catch (error) {
      if (this.#shown !== name) return;
      this.player.clear();
      this.message.hidden = false;
      this.message.textContent = error.message;
    }
  }
}

/** Change the children of an element; a button that had the focus has it again. */
function keepFocus(element, change) {
  const focused = element.contains(document.activeElement);
  const words = document.activeElement?.textContent;
  change();
  if (!focused) return;
  const buttons = [...element.querySelectorAll("button, summary")];
  (buttons.find(({ textContent }) => textContent === words) ?? buttons[0])?.focus();
}

const IDEAS = [
  "a red knight walking right",
  "a green slime bouncing",
  "a gold coin spinning",
  "a blue wizard casting a spell",
  "a small campfire burning",
  "an orange fox running",
];

function welcome(studio) {
  const ideas = IDEAS.map((prompt) => {
    const onclick = () => studio.form.suggest(prompt);
    return h("button.idea", { type: "button", onclick }, prompt);
  });
  return h(
    "div.welcome",
    {},
    h("p.welcome-title", {}, "Say it, and it moves."),
    h("p", {}, "Describe a sprite on the left; it is drawn here, on your machine."),
    h("div.ideas", { role: "group", "aria-label": "Ideas" }, ideas),
  );
}
