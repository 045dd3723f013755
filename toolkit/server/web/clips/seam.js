// How well the end of a loop leads to its start, in numbers and as a picture.

/** Mean difference of two RGBA pictures (bytes of the same length), 0 to 255, colour under alpha. */
export function difference(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i += 4) {
    const one = a[i + 3] / 255;
    const two = b[i + 3] / 255;
    sum += Math.abs(a[i] * one - b[i] * two);
    sum += Math.abs(a[i + 1] * one - b[i + 1] * two);
    sum += Math.abs(a[i + 2] * one - b[i + 2] * two);
    sum += Math.abs(a[i + 3] - b[i + 3]);
  }
  return a.length ? sum / a.length : 0;
}

/**
 * The step from the last picture to the first beside the usual step between neighbours:
 * `{ seam, usual, ratio }`, where a ratio near 1 is a loop without a seam. `ratio` is null when
 * there is no usual step.
 */
export function seamOf(pictures) {
  const steps = pictures.slice(1).map((picture, i) => difference(pictures[i], picture));
  const usual = steps.length ? steps.reduce((sum, step) => sum + step, 0) / steps.length : 0;
  const seam = difference(pictures.at(-1), pictures[0]);
  return { seam, usual, ratio: usual > 0 ? seam / usual : null };
}

/** What a person should read about a seam. */
export function seamSentence({ seam, ratio }) {
  if (seam === 0) return "The last frame equals the first: the loop stands still for one frame.";
  if (ratio === null) return "There is one frame only; nothing leads anywhere.";
  const times = `${ratio.toFixed(ratio < 10 ? 1 : 0)} times a usual step`;
  if (ratio <= 1.5) return `The step back to the start is ${times}: no seam to see.`;
  if (ratio <= 3) return `The step back to the start is ${times}: a small jump.`;
  return `The step back to the start is ${times}: the loop jumps.`;
}

/** Where two RGBA pictures differ: new RGBA bytes, brighter for more. */
export function differencePicture(a, b) {
  const picture = new Uint8ClampedArray(a.length);
  for (let i = 0; i < a.length; i += 4) {
    const one = a[i + 3] / 255;
    const two = b[i + 3] / 255;
    let most = Math.abs(a[i + 3] - b[i + 3]);
    for (let channel = 0; channel < 3; channel += 1) {
      most = Math.max(most, Math.abs(a[i + channel] * one - b[i + channel] * two));
    }
    picture.set([255, 70, 110, Math.min(255, most * 2)], i);
  }
  return picture;
}
