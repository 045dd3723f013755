// The reference picture: chosen, dropped or pasted, uploaded, and named in requests by its hash.

import { h, icon, iconButton } from "./element.js";

const ACCEPT = "image/png,image/webp,image/gif,image/jpeg,image/bmp";
const MOST_BYTES = 64 * 2 ** 20;

/** A field whose `name` is what a request says for its picture, or empty. */
export class PictureField {
  #studio;
  #bytes = null;
  #uploading = Promise.resolve(true);

  constructor(studio) {
    this.#studio = studio;
    this.name = "";
    this.input = h("input.file", {
      type: "file",
      id: "picture",
      name: "image",
      accept: ACCEPT,
      onchange: () => this.#take(this.input.files),
    });
    this.note = h("span.hint", { id: "picture-hint", role: "status" });
    this.input.setAttribute("aria-describedby", "picture-hint");
    this.thumb = h("img.picture-thumb", { alt: "", hidden: true });
    this.remove = iconButton("close", "Remove the picture", () => this.setName(""));
    this.drop = h(
      "label.drop",
      { for: "picture" },
      this.thumb,
      icon("picture"),
      h("span", {}, "Choose, drop or paste a picture"),
    );
    const row = h("div.picture-row", {}, this.input, this.drop, this.remove);
    const legend = h("span.label", {}, "First frame");
    this.element = h("div.field.picture", {}, legend, row, this.note);
    this.#listen();
    this.setName("");
  }

  /** Use a picture that the server has, or none. */
  setName(name) {
    this.#bytes = null;
    this.name = name;
    this.input.value = "";
    this.#showThumb(null);
    this.#say(name ? "The picture of an earlier job." : "Optional: the clip begins with it.");
    this.#changed();
  }

  /** Use a picture's bytes, a Uint8Array of a file of type `media`. */
  async setBytes(bytes, media) {
    this.#bytes = bytes;
    this.#showThumb(new Blob([bytes], { type: media }));
    this.#say("Sending the picture…");
    await this.#upload();
    this.#changed();
  }

  /** Whether the picture, if there is one, is on the server; it may have been cleaned up. */
  async settled() {
    if (!this.#bytes) return true;
    const there = await this.#uploading;
    return there && this.#upload();
  }

  #listen() {
    const drop = this.element;
    drop.addEventListener("dragover", (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      this.#take(event.dataTransfer.files);
    });
    document.addEventListener("paste", ({ clipboardData }) => {
      if (clipboardData?.files.length) this.#take(clipboardData.files);
    });
  }

  async #take([file]) {
    if (!file) return;
    if (!ACCEPT.split(",").includes(file.type)) {
      this.#say(`${file.name} is no PNG, WebP, GIF, JPEG or BMP; choose one of these.`);
    } else if (file.size > MOST_BYTES) {
      this.#say(`${file.name} has ${file.size} bytes; at most ${MOST_BYTES}.`);
    } else {
      await this.setBytes(new Uint8Array(await file.arrayBuffer()), file.type);
    }
  }

  #upload() {
    const bytes = this.#bytes;
    this.#uploading = this.#studio.upload(bytes).then(
      (name) => {
        if (this.#bytes !== bytes) return true; // another one was chosen meanwhile
        this.name = name;
        this.#say("The clip begins with this picture.");
        return true;
      },
      (error) => {
        this.name = "";
        this.#say(`The picture was not sent: ${error.message}`);
        return false;
      },
    );
    return this.#uploading;
  }

  #showThumb(blob) {
    if (this.thumb.src) URL.revokeObjectURL(this.thumb.src);
    this.thumb.hidden = !blob;
    if (blob) this.thumb.src = URL.createObjectURL(blob);
    else this.thumb.removeAttribute("src");
    this.remove.hidden = !blob && !this.name;
  }

  #say(words) {
    this.note.textContent = words;
  }

  #changed() {
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
