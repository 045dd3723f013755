// How PixiJS draws a sheet: each texture and each picture of each animation, as the canvas has it.
async function drawn({ address, tags, width, height, place }) {
  PIXI.TextureSource.defaultOptions.scaleMode = "nearest";
  const renderer = new PIXI.WebGLRenderer();
  await renderer.init({ width, height, backgroundAlpha: 0, preserveDrawingBuffer: true });
  const shot = (sprite) => {
    sprite.position.set(...place);
    const stage = new PIXI.Container();
    stage.addChild(sprite);
    renderer.render(stage);
    return pixels(renderer.gl);
  };
  const play = (textures) => {
    const sprite = new PIXI.AnimatedSprite({ textures, autoUpdate: false, updateAnchor: true });
    return textures.map((_, at) => (sprite.gotoAndStop(at), shot(sprite)));
  };
  const frames = {};
  const listed = {};
  const first = await PIXI.Assets.load(address);
  for (const sheet of [first, ...first.linkedSheets]) {
    for (const [name, texture] of Object.entries(sheet.textures)) {
      const milliseconds = sheet.data.frames[name].duration;
      frames[name] = { milliseconds, pixels: shot(new PIXI.Sprite(texture)) };
    }
    for (const [tag, textures] of Object.entries(sheet.animations)) listed[tag] = play(textures);
  }
  const named = Object.entries(tags).map(([tag, names]) => [tag, play(names.map(textureOf))]);
  return { frames, listed, named: Object.fromEntries(named) };
}

// The texture of a frame of any page, from the cache that PixiJS keeps of all of them.
function textureOf(name) {
  return PIXI.Assets.get(name);
}
