// What Spine's own runtime reads in an atlas.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const core = `${process.cwd()}/node_modules/@esotericsoftware/spine-core/dist/index.js`;
const { TextureAtlas } = await import(pathToFileURL(core));
const atlas = new TextureAtlas(readFileSync(process.argv[2], "utf8"));
const pages = atlas.pages.map(({ name, width, height, pma }) => ({ name, width, height, pma }));
const regions = atlas.regions.map((region) => ({
  page: region.page.name,
  name: region.name,
  index: region.index,
  degrees: region.degrees,
  box: [region.x, region.y, region.width, region.height],
  offset: [region.offsetX, region.offsetY],
  size: [region.originalWidth, region.originalHeight],
  values: Object.fromEntries((region.names ?? []).map((name, at) => [name, region.values[at]])),
}));
console.log(JSON.stringify({ pages, regions }));
