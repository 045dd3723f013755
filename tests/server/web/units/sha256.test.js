import { equal } from "./claims.js";
import { sha256 } from "/wire/sha256.js";

const text = (words) => new TextEncoder().encode(words);

export function test_the_examples_of_the_standard() {
  equal(sha256(text("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  equal(sha256(text("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

export async function test_it_is_the_browsers_own_for_every_length_around_a_block() {
  for (let length = 0; length < 200; length += 1) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    const own = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    equal(sha256(bytes), Array.from(own, (byte) => byte.toString(16).padStart(2, "0")).join(""));
  }
}
