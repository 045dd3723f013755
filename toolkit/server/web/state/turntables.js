// Requests for turntables, which programs make: how the page names and sums up such a job.
// The names and defaults are those of TurntableRequest in toolkit/turntable_request.py.

const USUAL = {
  views: 16,
  directions: 0,
  azimuth: 0,
  elevation: 20,
  camera: "orthographic",
  field_of_view: 35,
  samples: 2,
  lighting: "camera",
  toon_bands: 0,
  outline: 0,
  outline_color: "000000",
  up: "auto",
  pivot: "center",
  pixels_per_unit: 0,
  fps: 12,
  guidance_scale: 2.5,
  num_inference_steps: 20,
  sampler: "euler",
};
const FLAGS = { guidance_scale: "guidance", num_inference_steps: "steps" };
const MESH_SIDE = 256;
const DRAWN_SIDE = 64;

export const isTurntable = ({ type }) => type === "turntable";

/** The file name of a request's mesh, or empty. */
export const meshOf = ({ mesh = "" }) => mesh.slice(mesh.lastIndexOf("/") + 1);

/** Frames of one pass. */
export const viewsOf = ({ views = USUAL.views, directions = 0 }) => directions || views;

/** Width and height, the open ones filled in. */
export function sizeOf(request) {
  const side = meshOf(request) ? MESH_SIDE : DRAWN_SIDE;
  return [request.width || side, request.height || side];
}

/** One line about a turntable: size, views, passes, seed. */
export function turntableSummary(request) {
  const count = viewsOf(request);
  const parts = [sizeOf(request).join("×"), count === 1 ? "1 view" : `${count} views`];
  const { passes = ["rgba"], seed = 0 } = request;
  if (passes.join() !== "rgba") parts.push(passes.join(", "));
  if (!meshOf(request)) parts.push(`seed ${seed}`);
  return parts.join(" · ");
}

/** The words of the command that makes the same; a picture stays to be added. */
export function turntableWords(request) {
  const words = [];
  const flag = (name, value) => words.push(`--${name.replaceAll("_", "-")}=${value}`);
  for (const [name, usual] of Object.entries(USUAL)) {
    const value = request[name] ?? usual;
    if (value !== usual) flag(FLAGS[name] ?? name, value);
  }
  if (request.width || request.height) flag("size", sizeOf(request).join("x"));
  if (request.passes?.length) flag("passes", request.passes.join(","));
  if (request.path?.length) flag("path", request.path.map((stop) => stop.join(":")).join(","));
  if (request.clockwise === false) words.push("--counter-clockwise");
  if (request.rest_pose) words.push("--rest-pose");
  if (request.negative_prompt) flag("negative-prompt", request.negative_prompt);
  if (request.image) flag("image", "PICTURE");
  if (!meshOf(request)) flag("seed", request.seed ?? 0);
  const subject = meshOf(request) || request.prompt;
  return subject.startsWith("-") ? [...words, "--", subject] : [subject, ...words];
}
