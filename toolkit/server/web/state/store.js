// What the page knows, in one object; panes watch the parts that they show.

/** A value of named parts that tells its watchers, once a turn, when their parts changed. */
export class Store {
  #watchers = new Set();
  #changed = new Set();

  /** `value` holds every part with its first content. */
  constructor(value) {
    this.value = value;
  }

  /** Put new content into parts; content that is the same object changes nothing. */
  change(parts) {
    for (const [name, content] of Object.entries(parts)) {
      if (!(name in this.value)) throw new Error(`the store has no part ${name}`);
      if (Object.is(this.value[name], content)) continue;
      this.value = { ...this.value, [name]: content };
      if (!this.#changed.size) queueMicrotask(() => this.#notify());
      this.#changed.add(name);
    }
  }

  /** Call `show(value)` now and whenever one of the parts changed; returns how to stop that. */
  watch(names, show) {
    const watcher = { names, show };
    this.#watchers.add(watcher);
    show(this.value);
    return () => this.#watchers.delete(watcher);
  }

  #notify() {
    const changed = new Set(this.#changed);
    this.#changed.clear();
    for (const { names, show } of [...this.#watchers]) {
      if (names.some((name) => changed.has(name))) show(this.value);
    }
  }
}
