// What a video shows, as straight RGBA in base64.

// At each time (seconds); Chromium takes frames for as long as they are on average when it seeks.
async function shownAt(address, times) {
  const video = await opened(address);
  const pictures = [];
  for (const time of times) {
    // The frame may reach the screen after "seeked", on a busy machine.
    const presented = new Promise((done) => video.requestVideoFrameCallback(done));
    video.currentTime = time;
    await Promise.all([once(video, "seeked"), presented]);
    pictures.push(picture(video));
  }
  return { pictures, ...facts(video) };
}

// While it plays: pictures, and when each begins (seconds). A busy machine leaves some out.
async function played(address) {
  const video = await opened(address);
  video.playbackRate = 0.5;
  const pictures = [];
  const starts = [];
  const look = (_, { mediaTime }) => {
    starts.push(mediaTime);
    pictures.push(picture(video));
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
  video.play();
  await once(video, "ended");
  return { pictures, starts, ...facts(video) };
}

async function opened(address) {
  const video = document.createElement("video");
  video.muted = true;
  video.src = URL.createObjectURL(await (await fetch(address)).blob());
  await once(video, "loadeddata");
  return video;
}

function facts({ videoWidth: width, videoHeight: height, duration }) {
  return { width, height, duration };
}

function picture(video) {
  const { width, height } = facts(video);
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(""));
}

function once(video, event) {
  return new Promise((done, failed) => {
    video.addEventListener(event, done, { once: true });
    video.addEventListener("error", () => failed(video.error), { once: true });
  });
}
