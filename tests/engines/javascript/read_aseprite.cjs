// What ase-parser reads in a file; pixels as hex.
const { readFileSync } = require("node:fs");
const Aseprite = require(require.resolve("ase-parser", { paths: [process.cwd()] }));

const file = new Aseprite(readFileSync(process.argv[2]), "file");
file.parse();
const frames = file.frames.map((frame) => ({
  milliseconds: frame.frameDuration,
  cels: frame.cels.map((cel) => ({
    x: cel.xpos,
    y: cel.ypos,
    w: cel.w,
    h: cel.h,
    link: cel.link ?? null,
    pixels: cel.rawCelData ? Buffer.from(cel.rawCelData).toString("hex") : null,
  })),
}));
const { width, height, colorDepth, tags, slices } = file;
const layers = file.layers.map(({ name }) => name);
console.log(JSON.stringify({ width, height, colorDepth, frames, tags, slices, layers }));
