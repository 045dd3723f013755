// How states, times and sizes are said to people.

const STATES = {
  queued: "Waiting",
  preparing: "Preparing",
  running: "Drawing",
  decoding: "Decoding",
  exporting: "Packing",
  done: "Done",
  cancelling: "Stopping",
  cancelled: "Cancelled",
  failed: "Failed",
  interrupted: "Interrupted",
};
const AGO = [
  [60, 1, "second"],
  [3600, 60, "minute"],
  [86400, 3600, "hour"],
  [86400 * 30, 86400, "day"],
  [Infinity, 86400 * 30, "month"],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "long" });

/** A job's state in a word. */
export const stateWord = (state) => STATES[state];

/** A moment, in seconds since 1970, as how long ago it was. */
export function ago(at, now = Date.now() / 1000) {
  const seconds = Math.max(0, now - at);
  if (seconds < 10) return "just now";
  const [, unit, name] = AGO.find(([below]) => seconds < below);
  return relative.format(-Math.round(seconds / unit), name);
}

/** How far a job is, in one line: `progress` is its latest job.progress, if there is one. */
export function progressLine(record, progress) {
  const { state } = record;
  if (state === "queued" && progress?.position) return `Waiting behind ${progress.position}`;
  if (state !== "running" || !progress) return `${stateWord(state)}…`;
  const { step, num_steps, label, seconds_left } = progress;
  const what = label && label !== "default" ? `${label}, step` : "Step";
  const left = seconds_left >= 0 ? `, ${secondsLeft(seconds_left)}` : "";
  return `${what} ${step} of ${num_steps}${left}`;
}

function secondsLeft(seconds) {
  if (seconds < 1.5) return "a second left";
  if (seconds < 100) return `${Math.round(seconds)} seconds left`;
  return `${Math.round(seconds / 60)} minutes left`;
}

/** The share of a job that is done, 0 to 1, or null when it is not known. */
export function shareDone(record, progress) {
  if (record.state === "done") return 1;
  if (!progress?.num_steps || record.state === "queued") return null;
  return progress.step / progress.num_steps;
}

/** Bytes as people read them. */
export function bytes(count) {
  if (count < 1024) return `${count} B`;
  if (count < 2 ** 20) return `${Math.round(count / 1024)} KB`;
  return `${(count / 2 ** 20).toFixed(count < 10 * 2 ** 20 ? 1 : 0)} MB`;
}

/** What a request will cost, as the server reckons it: work, and what it takes on this machine. */
export function costLine({ tokens, evaluations, teraflop, seconds, peak_mib, disk_mib }) {
  return [
    `${tokens} tokens`,
    `${evaluations} network evaluations`,
    teraflop === undefined ? "" : `${teraflop} TFLOP`,
    seconds === undefined ? "" : `about ${seconds.toFixed(1)} s`,
    peak_mib === undefined ? "" : `${peak_mib} MiB of memory`,
    `at most ${disk_mib.toFixed(1)} MiB on disk`,
  ]
    .filter(Boolean)
    .join(", ");
}
