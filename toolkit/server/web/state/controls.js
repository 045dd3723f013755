// Which key and which button on the screen does which action of a world.

/** Words of an action's name to the keys for it, the first that is free counts for each. */
const KEYS = [
  [["left"], ["ArrowLeft", "a"]],
  [["right"], ["ArrowRight", "d"]],
  [["up", "forward"], ["ArrowUp", "w"]],
  [["down", "backward", "back"], ["ArrowDown", "s"]],
  [["jump", "do", "fire", "use", "interact", "attack", "a"], [" ", "Enter"]],
];
const IDLE = ["noop", "none", "idle", "wait", "stay", "nothing"];
const LETTERS = [..."1234567890qertyuiopfghjklzxcvbnm"];

/** The action that nothing pressed stands for: a number, 0 when none has such a name. */
export function idleAction(actions) {
  return Math.max(0, actions.findIndex((name) => IDLE.includes(name.toLowerCase())));
}

/**
 * The keys of each action: an array by action number of arrays of `KeyboardEvent.key`, letters
 * small. Directions have the arrows and W A S D, the main deed has space, all others a digit or
 * letter; doing nothing has no key.
 */
export function keysOf(actions) {
  const idle = idleAction(actions);
  const taken = new Set();
  const found = actions.map((name, action) => {
    const words = name.toLowerCase().split(/[^a-z]+/);
    const [, keys] = KEYS.find(([names]) => action !== idle && words.some((word) => names.includes(word))) ?? [];
    const free = (keys ?? []).filter((key) => !taken.has(key));
    for (const key of free) taken.add(key);
    return free;
  });
  const rest = LETTERS.filter((letter) => !taken.has(letter));
  return found.map((keys, action) => (keys.length || action === idle ? keys : [rest.shift()]));
}

/** How a key is written on a button. */
export function keyWord(key) {
  const words = { " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };
  return words[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}

/** Where an action stands on a pad of arrows: left, right, up, down, or empty for elsewhere. */
export function padPlace(keys) {
  const places = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
  return places[keys.find((key) => key in places)] ?? "";
}

/** What is held now: the last pressed action that is still down, else the idle one. */
export class Held {
  #down = []; // sources of presses with their actions, the latest last

  constructor(idle) {
    this.idle = idle;
  }

  /** The action to play. */
  get action() {
    return this.#down.at(-1)?.action ?? this.idle;
  }

  /** `source` (a key or a button) was pressed; false when it was down already. */
  press(source, action) {
    if (this.#down.some((entry) => entry.source === source)) return false;
    this.#down.push({ source, action });
    return true;
  }

  /** `source` was let go. */
  release(source) {
    this.#down = this.#down.filter((entry) => entry.source !== source);
  }

  /** Everything was let go. */
  clear() {
    this.#down = [];
  }
}
