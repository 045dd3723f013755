// Packs a folder of PNGs once for every line on stdin and answers each with the pages' sizes.
// node node_packer.cjs PACKAGE SPRITES OUT MAX_SIDE PADDING; the package is looked up from here.
const { readFileSync, readdirSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { createInterface } = require("node:readline");

const [wanted, sprites, out, side, gap] = process.argv.slice(2);
const library = require(require.resolve(wanted, { paths: [process.cwd()] }));
const files = readdirSync(sprites).sort().map((name) => join(sprites, name));
const [maxSide, padding] = [Number(side), Number(gap)];

const packers = {
  async "free-tex-packer-core"() {
    const images = files.map((path) => ({ path, contents: readFileSync(path) }));
    const options = {
      width: maxSide, height: maxSide, padding, allowRotation: false, detectIdentical: true,
      allowTrim: true, packer: "MaxRectsPacker", packerMethod: "Smart", exporter: "JsonHash",
    };
    const made = await library.packAsync(images, options);
    for (const file of made) writeFileSync(join(out, file.name), file.buffer);
    const texts = made.filter((file) => file.name.endsWith(".json"));
    return texts.map((file) => JSON.parse(file.buffer.toString()).meta.size).map(({ w, h }) => [w, h]);
  },
  async spritesmith() {
    const made = await new Promise((resolve, reject) =>
      library.run({ src: files, algorithm: "binary-tree", padding }, (error, result) =>
        error ? reject(error) : resolve(result)),
    );
    writeFileSync(join(out, "sheet.png"), made.image);
    writeFileSync(join(out, "sheet.json"), JSON.stringify(made.coordinates));
    return [[made.properties.width, made.properties.height]];
  },
};

(async () => {
  for await (const _ of createInterface({ input: process.stdin }))
    console.log(JSON.stringify(await packers[wanted]()));
})();
