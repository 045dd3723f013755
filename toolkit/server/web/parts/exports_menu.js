// Downloads of a result: the sheet itself, and every format the server exports to.

import { h, icon } from "./element.js";
import { bytes } from "./words.js";
import { commandOf, stemOf } from "../state/requests.js";

const WORDS = {
  godot: ["Godot", "SpriteFrames, ready to drop in"],
  aseprite: ["Aseprite JSON", "Array, with tags"],
  aseprite_hash: ["Aseprite JSON, hash", "For Phaser and Pixi"],
  aseprite_binary: ["Aseprite", "The file it opens and saves"],
  texturepacker: ["TexturePacker", "JSON hash"],
  texturepacker_array: ["TexturePacker, array", "JSON array"],
  spine: ["libGDX, Spine", "Texture atlas"],
  unity: ["Unity", "Sprites and animation clips"],
  unreal: ["Unreal", "Paper2D sprites"],
  cocos: ["Cocos", "Property lists"],
  gamemaker: ["GameMaker", "A strip a tag"],
  rpgmaker: ["RPG Maker", "Character sheet, 3 by 4"],
  tiled: ["Tiled", "Tileset with animations"],
  love: ["LÖVE", "Lua table of quads"],
  gif: ["GIF", "One-bit transparency"],
  apng: ["APNG", "Full transparency"],
  webp: ["WebP", "Animated, small"],
  webm: ["WebM film", "VP9 with transparency"],
  mp4: ["MP4 film", "H.264, on black"],
  mov: ["ProRes 4444", "For video editors"],
  mov_png: ["MOV, lossless", "A PNG a frame"],
  glb: ["GLB flip-book", "For 3D scenes, a quad a frame"],
  png_sequence: ["PNG frames", "One file a frame"],
  episode: ["Episode", "For NumPy and training"],
};

/** The formats of the server, asked for once; empty when they cannot be had. */
export class Formats {
  #asked = null;

  /** A promise of their names. */
  get() {
    this.#asked ??= this.#fetch();
    return this.#asked;
  }

  async #fetch() {
    const reply = await fetch("/exports", { cache: "no-store" });
    if (!reply.ok) throw new Error(`the formats cannot be read (${reply.status}).`);
    return (await reply.json()).formats;
  }
}

/** A button that opens the downloads of a finished job. */
export function exportsMenu(formats, studio, record) {
  const list = h("div.menu-items", {});
  const menu = h(
    "details.menu",
    {
      ontoggle: () => {
        if (menu.open) fill(list, formats, studio, record);
      },
      onkeydown: (event) => {
        if (event.key !== "Escape" || !menu.open) return;
        event.stopPropagation();
        menu.open = false;
        menu.querySelector("summary").focus();
      },
      onfocusout: ({ relatedTarget }) => {
        if (relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
      },
    },
    h("summary.action.strong", {}, icon("down"), h("span", {}, "Export")),
    list,
  );
  return menu;
}

async function fill(list, formats, studio, record) {
  const { result, request } = record;
  const stem = stemOf(request);
  const about = `All frames, ${bytes(result.size)}`;
  const sheet = item("PNG sheet", about, `/results/${result.result}?name=${stem}`);
  const command = commandItem(studio, request);
  list.replaceChildren(sheet, command);
  try {
    const names = await formats.get();
    const path = (name) => `/exports/${result.result}/${name}?plain=1&name=${stem}`;
    const items = names.map((name) => {
      const [title, note] = WORDS[name] ?? [name.replaceAll("_", " "), ""];
      return item(title, note, path(name));
    });
    list.replaceChildren(sheet, ...items, command);
  } catch (error) {
    list.append(h("p.hint", {}, `Other formats: ${error.message}`));
  }
}

function commandItem(studio, request) {
  const onclick = async () => {
    await navigator.clipboard.writeText(commandOf(request));
    studio.say("The command was copied.", "good");
  };
  const words = [h("strong", {}, "Copy the command"), h("span", {}, "Makes it in a terminal")];
  return h("button.menu-item", { type: "button", onclick }, words);
}

/** The server names the file. */
function item(title, note, href) {
  const words = [h("strong", {}, title), h("span", {}, note)];
  return h("a.menu-item", { href, download: "" }, words);
}
