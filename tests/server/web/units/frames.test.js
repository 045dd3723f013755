import { equal, throws } from "./claims.js";
import { Assembly, decodeFrame, encodeFrame, FrameError, RESULT, split } from "/wire/frames.js";

const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const vectors = async () => (await fetch("/vectors/frames.json")).json();

export async function test_every_valid_vector_is_read_as_it_says() {
  for (const { hex, payload, ...rest } of (await vectors()).valid) {
    const { payload: got, ...frame } = decodeFrame(unhex(hex).buffer);
    equal(frame, rest);
    equal(got, unhex(payload));
  }
}

export async function test_every_valid_vector_is_written_to_the_same_bytes() {
  for (const { hex, payload, ...rest } of (await vectors()).valid) {
    equal(new Uint8Array(encodeFrame({ ...rest, payload: unhex(payload) })), unhex(hex));
  }
}

export async function test_every_other_vector_is_refused() {
  for (const { hex } of (await vectors()).refused) {
    throws(() => decodeFrame(unhex(hex).buffer), FrameError);
  }
}

export function test_a_payload_is_split_and_put_together_again() {
  for (const length of [0, 1, 39, 40, 41, 200]) {
    const payload = Uint8Array.from({ length }, (_, i) => i);
    const frames = [...split(RESULT, 7, payload, 40)];
    equal(frames.length, Math.max(1, Math.ceil(length / 40)));
    const assembly = new Assembly();
    const parts = frames.map((frame) => assembly.add(decodeFrame(encodeFrame(frame))));
    equal(parts.pop(), payload);
    equal(parts, new Array(parts.length).fill(null));
  }
}

export function test_a_stream_with_a_gap_or_a_repetition_is_refused() {
  const payload = new Uint8Array(100);
  const chunks = () => [...split(RESULT, 7, payload, 40)].map((f) => decodeFrame(encodeFrame(f)));
  const [first, second, third] = chunks();
  const assembly = new Assembly();
  throws(() => assembly.add(second), FrameError);
  assembly.add(first);
  throws(() => assembly.add(first), FrameError);
  throws(() => assembly.add(third), FrameError);
}

export function test_a_stream_can_be_taken_up_in_the_middle() {
  const frames = [...split(RESULT, 7, Uint8Array.of(1, 2, 3, 4, 5), 2)];
  const assembly = new Assembly(1);
  equal(assembly.add(decodeFrame(encodeFrame(frames[1]))), null);
  equal(assembly.add(decodeFrame(encodeFrame(frames[2]))), Uint8Array.of(3, 4, 5));
}
