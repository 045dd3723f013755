// How Phaser draws atlases: each frame and each picture of each animation, as the canvas has it.
async function drawn({ atlases, multi, aseprite, animations, width, height, place }) {
  const files = [...atlases, ...multi, ...aseprite];
  const scene = await started(width, height, (load) => {
    atlases.forEach((names) => load.atlas(...names));
    multi.forEach((names) => load.multiatlas(...names));
    aseprite.forEach((names) => load.aseprite(...names));
  });
  const sprite = scene.add.sprite(...place, "");
  const shot = () =>
    new Promise((done) => {
      const { events, renderer } = scene.game;
      events.once("postrender", () => done(pixels(renderer.gl)));
    });
  const frames = {};
  for (const [key] of files) {
    const texture = scene.textures.get(key);
    for (const name of texture.getFrameNames()) {
      const milliseconds = texture.get(name).customData.duration;
      sprite.setTexture(key, name);
      frames[name] = { milliseconds, pixels: await shot() };
    }
  }
  const played = {};
  for (const animation of made(scene.anims, animations, aseprite)) {
    const pictures = [];
    for (const frame of animation.frames) {
      sprite.anims.setCurrentFrame(frame);
      pictures.push(await shot());
    }
    const times = animation.frames.map(({ duration }) => duration);
    played[animation.key] = { pictures, times, back: animation.yoyo };
  }
  return { frames, animations: played };
}

// The animations of names that we number, and those that Aseprite's tags are.
function made(anims, animations, aseprite) {
  const numbered = animations.map(({ tag, key, prefix, order }) => {
    const frames = anims.generateFrameNames(key, { prefix, zeroPad: 4, frames: order });
    return anims.create({ key: tag, frames });
  });
  return [...numbered, ...aseprite.flatMap(([key]) => anims.createFromAseprite(key))];
}

// The scene of a new game once it has loaded what `ask` asks for.
function started(width, height, ask) {
  return new Promise((done) => {
    const scene = {
      preload() {
        ask(this.load);
      },
      create() {
        done(this);
      },
    };
    const { WEBGL: type } = Phaser;
    const look = { transparent: true, pixelArt: true, preserveDrawingBuffer: true, banner: false };
    new Phaser.Game({ type, width, height, scene, audio: { noAudio: true }, ...look });
  });
}
