// Binary frames of playreel.v1: header, JSON metadata, payload; chunks and their assembly.
// The layout stands in ../protocol.md; toolkit/wire/frames.py is the same in Python.

export const PREVIEW = 1;
export const RESULT = 2;
export const UPLOAD = 3;
export const SESSION = 4;

const HEADER = 32;
const MAGIC = 0x31524c50; // "PLR1", little-endian
const LAST = 1;
const MAX_METADATA = 16 * 1024;
const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** A binary message or stream that is not as the protocol says. */
export class FrameError extends Error {}

/** The frame as it goes over the wire: an ArrayBuffer. */
export function encodeFrame({ kind, stream, index = 0, count = 1, metadata = {}, payload }) {
  const text = Object.keys(metadata).length ? JSON.stringify(metadata) : "";
  const words = new TextEncoder().encode(text);
  const bytes = new Uint8Array(HEADER + words.length + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, kind);
  view.setUint8(5, index === count - 1 ? LAST : 0);
  view.setUint16(6, HEADER, true);
  view.setBigUint64(8, BigInt(stream), true);
  view.setUint32(16, index, true);
  view.setUint32(20, count, true);
  view.setUint32(24, words.length, true);
  view.setUint32(28, payload.length, true);
  bytes.set(words, HEADER);
  bytes.set(payload, HEADER + words.length);
  return bytes.buffer;
}

/**
 * The frame of a whole binary message, an ArrayBuffer; its payload is a view, not a copy.
 * Throws FrameError when header, lengths or metadata are not those of a frame.
 */
export function decodeFrame(data) {
  if (data.byteLength < HEADER) throw new FrameError(`frame has ${data.byteLength} bytes`);
  const view = new DataView(data);
  const kind = view.getUint8(4);
  if (view.getUint32(0, true) !== MAGIC || view.getUint16(6, true) !== HEADER) {
    throw new FrameError("frame does not begin with a header of this version");
  }
  if (kind < PREVIEW || kind > SESSION) throw new FrameError(`frame has the kind ${kind}`);
  const stream = Number(view.getBigUint64(8, true));
  const index = view.getUint32(16, true);
  const count = view.getUint32(20, true);
  const last = index === count - 1;
  if (index >= count || view.getUint8(5) !== (last ? LAST : 0)) {
    throw new FrameError(`frame is chunk ${index} of ${count} with contradictory flags`);
  }
  const [start, end] = extent(view, index);
  const metadata = start > HEADER ? parse(new Uint8Array(data, HEADER, start - HEADER)) : {};
  return { kind, stream, index, count, last, metadata, payload: new Uint8Array(data, start, end) };
}

/** Where the payload begins, and how long it is. */
function extent(view, index) {
  const metadata = view.getUint32(24, true);
  const payload = view.getUint32(28, true);
  if (HEADER + metadata + payload !== view.byteLength || metadata > MAX_METADATA) {
    throw new FrameError(`frame has ${view.byteLength} bytes; its header promises others`);
  }
  if (metadata && index) throw new FrameError(`frame is chunk ${index} and has metadata`);
  return [HEADER + metadata, payload];
}

function parse(bytes) {
  try {
    return JSON.parse(UTF8.decode(bytes));
  } catch (error) {
    throw new FrameError(`metadata of the frame cannot be read: ${error.message}`);
  }
}

/** The frames of one payload without metadata, `size` bytes of it in each, at least one frame. */
export function* split(kind, stream, payload, size) {
  const count = Math.max(1, Math.ceil(payload.length / size));
  for (let index = 0; index < count; index += 1) {
    const part = payload.subarray(index * size, (index + 1) * size);
    yield { kind, stream, index, count, payload: part };
  }
}

/** The chunks of one stream, put together in order. */
export class Assembly {
  #parts = [];

  constructor(first = 0) {
    this.next = first;
    this.metadata = {};
  }

  /** The whole payload once the last chunk came, else null; throws FrameError for a gap. */
  add(frame) {
    if (frame.index !== this.next) {
      throw new FrameError(`chunk ${frame.index} came; chunk ${this.next} was due`);
    }
    if (frame.index === 0) this.metadata = frame.metadata;
    this.#parts.push(frame.payload);
    this.next += 1;
    return frame.last ? this.#join() : null;
  }

  #join() {
    if (this.#parts.length === 1) return this.#parts[0];
    const whole = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}
