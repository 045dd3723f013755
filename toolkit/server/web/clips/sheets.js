// Sheets of frames as bitmaps: fetched once, kept while there is room, cut into frames.

const KEPT_PIXELS = 2 ** 25;
/** The server sends at most 32 MiB at a time. */
const PIECE = 2 ** 24;
const DECODING = { premultiplyAlpha: "default", colorSpaceConversion: "none" };

/** A sheet cut into frames: `layout` has width, height, num_frames and columns. */
export class Sheet {
  constructor(bitmap, layout) {
    this.bitmap = bitmap;
    this.layout = layout;
  }

  /** Draw a frame at its own size into the corner of a canvas context. */
  draw(context, frame) {
    const { width, height, columns } = this.layout;
    const x = (frame % columns) * width;
    const y = Math.floor(frame / columns) * height;
    context.drawImage(this.bitmap, x, y, width, height, 0, 0, width, height);
  }

  /** A frame as RGBA bytes. */
  pixels(frame) {
    const { width, height } = this.layout;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    this.draw(context, frame);
    return context.getImageData(0, 0, width, height).data;
  }
}

/** The sheet in an encoded picture; rejects when it is none. */
export async function decodeSheet(bytes, media, layout) {
  const bitmap = await createImageBitmap(new Blob([bytes], { type: media }), DECODING);
  return new Sheet(bitmap, layout);
}

/** Results of the server by their hash, the latest used ones kept. */
export class SheetShelf {
  #kept = new Map(); // sha256 -> promise of a Sheet

  /** A promise of the sheet of a ResultInfo; rejects with a sentence for people. */
  get(result) {
    const known = this.#kept.get(result.result);
    const sheet = known ?? load(result);
    this.#kept.delete(result.result);
    this.#kept.set(result.result, sheet); // now the latest used
    if (!known) this.#settle(result.result, sheet);
    return sheet;
  }

  async #settle(sha256, loading) {
    try {
      await loading;
      await this.#makeRoom();
    } catch {
      this.#kept.delete(sha256); // whoever waits for it is told; the next may try again
    }
  }

  async #makeRoom() {
    const sheets = await Promise.allSettled(this.#kept.values());
    const sizes = sheets.map(({ value }) => (value ? value.bitmap.width * value.bitmap.height : 0));
    let total = sizes.reduce((sum, size) => sum + size, 0);
    const oldest = [...this.#kept.keys()].slice(0, -4); // what is on show now stays
    for (const [place, sha256] of oldest.entries()) {
      if (total <= KEPT_PIXELS) return;
      this.#kept.delete(sha256);
      total -= sizes[place];
    }
  }
}

async function load(result) {
  const parts = [];
  for (let start = 0; start < result.size; start += PIECE) {
    const stop = Math.min(result.size, start + PIECE) - 1;
    const whole = result.size <= PIECE;
    const headers = whole ? {} : { Range: `bytes=${start}-${stop}` };
    const reply = await fetch(`/results/${result.result}`, { headers });
    if (reply.status === 404) throw new Error("the result was cleaned up; make it again.");
    if (!reply.ok) throw new Error(`the result cannot be read (${reply.status}).`);
    parts.push(await reply.arrayBuffer());
  }
  return decodeSheet(new Blob(parts), result.media, result);
}
