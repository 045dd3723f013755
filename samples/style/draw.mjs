// Prints one JSON line {name, svg} a portrait: DiceBear's "Pixel Art" (design CC0 1.0), from npm.
// npm install @dicebear/core@9.4.3 @dicebear/pixel-art@9.4.3 && node draw.mjs | python rasterize.py
import { createAvatar } from "@dicebear/core";
import * as pixelArt from "@dicebear/pixel-art";

const HAIR = { blond: "cab188", brown: "603a14", black: "28150a", red: "bd1700", blue: "009bbd", green: "91cb15" };
const SHIRTS = { blue: "428bca", green: "00b159", red: "d11141", yellow: "ffd969", navy: "03396c", pink: "ff6f69" };
const HATS = { blue: "2663a3", gray: "989789", green: "3d8a6b", red: "a62116" };
const SKINS = ["ffdbac", "eac393", "cb9e6e", "8d5524"];
const MOUTHS = { smiling: "happy", frowning: "sad" };
const NUMBER = 60;

let state = 8;
const below = (limit) => {
  state = (state * 1103515245 + 12345) % 2147483648;
  return Math.floor((state / 2147483648) * limit);
};
const pick = (list) => list[below(list.length)];
const drawn = new Set();
const two = (number) => String(number).padStart(2, "0");

while (drawn.size < NUMBER) {
  const hair = pick(Object.keys(HAIR));
  const shirt = pick(Object.keys(SHIRTS));
  const length = pick(["long", "short"]);
  const mood = pick(Object.keys(MOUTHS));
  const hat = below(5) === 0 ? pick(Object.keys(HATS)) : "";
  const glasses = below(3) === 0;
  const words = [mood, "face", length, hair, "hair", shirt, "shirt"];
  if (glasses) words.push("glasses");
  if (hat) words.push(hat, "hat");
  const name = words.join("_");
  if (drawn.has(name)) continue;
  drawn.add(name);
  const svg = createAvatar(pixelArt, {
    seed: name,
    hair: [length + two(1 + below(length === "long" ? 21 : 24))],
    hairColor: [HAIR[hair]],
    clothing: ["variant" + two(1 + below(12))],
    clothingColor: [SHIRTS[shirt]],
    mouth: [MOUTHS[mood] + two(1 + below(10))],
    skinColor: [pick(SKINS)],
    glasses: ["dark" + two(1 + below(7))],
    glassesProbability: glasses ? 100 : 0,
    hatColor: [HATS[hat] || HATS.blue],
    hatProbability: hat ? 100 : 0,
    accessoriesProbability: 0,
    beardProbability: 0,
  }).toString();
  console.log(JSON.stringify({ name, svg }));
}
