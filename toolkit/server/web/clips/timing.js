// When each frame of a clip is seen: durations, tags, directions and the position at a moment.

/** Seconds of each frame of a ResultInfo. */
export function frameSeconds({ durations, fps, num_frames }) {
  if (durations.length === num_frames) return durations;
  return new Array(num_frames).fill(1 / (fps || 12));
}

/** The tags of a ResultInfo, or one called `default` over all of it. */
export function tagsOf({ tags, num_frames }) {
  if (tags.length) return tags;
  return [{ name: "default", start: 0, stop: num_frames, loop: true, direction: "forward" }];
}

/**
 * Columns of a grid that shows all tags: one row for each action when all have the same
 * directions (`walk_down`, `walk_left`, …), else about square.
 */
export function columnsOf(tags) {
  const rows = new Map();
  for (const { name } of tags) {
    const action = name.split("_")[0];
    rows.set(action, (rows.get(action) ?? 0) + 1);
  }
  const [first, ...others] = rows.values();
  const even = first > 1 && others.every((count) => count === first);
  return even ? first : Math.ceil(Math.sqrt(tags.length));
}

/** Frame numbers of one pass through a tag, in the order they are shown. */
export function pass({ start, stop, direction }) {
  const forward = Array.from({ length: stop - start }, (_, i) => start + i);
  if (direction === "reverse") return forward.reverse();
  if (direction === "pingpong") return [...forward, ...forward.slice(1, -1).reverse()];
  return forward;
}

/** A pass with its times: which frame of it is on at a moment. */
export class Reel {
  /** `frames` are numbers into `seconds`, the durations of all frames. */
  constructor(frames, seconds) {
    this.frames = frames;
    this.starts = [];
    this.length = 0;
    for (const frame of frames) {
      this.starts.push(this.length);
      this.length += seconds[frame];
    }
  }

  /**
   * The place in `frames` that is on at `moment`, in seconds from the start. A reel that loops
   * begins again at its end, another stays on its last frame.
   */
  at(moment, loop) {
    if (moment >= this.length && !loop) return this.frames.length - 1;
    const inside = moment % this.length;
    let place = this.starts.length - 1;
    while (place > 0 && this.starts[place] > inside) place -= 1;
    return place;
  }
}
