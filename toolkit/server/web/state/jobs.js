// Job records: what stored events add up to, as toolkit/wire/records.py does it.

import { subjectOf } from "./requests.js";

export const TERMINAL = new Set(["done", "cancelled", "failed", "interrupted"]);

/** Whether a job has ended. */
export const ended = (record) => TERMINAL.has(record.state);

/** Whether a job is an as-you-type sketch, which history does not show. */
export const isSketch = (record) => record.priority === "interactive";

/** The record after an event, or null for an event of a job that is not known. */
export function after(record, event) {
  if (record && event.seq <= record.seq) return record;
  if (event.type === "job.queued") return queued(event);
  if (!record) return null;
  if (event.type === "job.marked") {
    return { ...record, seq: event.seq, favourite: event.favourite };
  }
  const { seq, state, at, code, message, result } = event;
  return { ...record, seq, state, changed_at: at, code, message, result };
}

function queued({ seq, at, job, client, priority, model, request, retry_of }) {
  return {
    job,
    seq,
    state: "queued",
    client,
    priority,
    model,
    request,
    retry_of,
    first_seq: seq,
    queued_at: at,
    changed_at: at,
    favourite: false,
    code: "",
    message: "",
    result: null,
  };
}

/** The jobs with one more event; the same map when it changes nothing. */
export function withEvent(jobs, event) {
  const record = after(jobs.get(event.job), event);
  if (!record || record === jobs.get(event.job)) return jobs;
  return new Map(jobs).set(record.job, record);
}

/** The jobs with records from a snapshot or a list; of two records the later one counts. */
export function withRecords(jobs, records) {
  const whole = new Map(jobs);
  for (const record of records) {
    const known = whole.get(record.job);
    if (!known || record.seq > known.seq) whole.set(record.job, record);
  }
  return whole;
}

/** Jobs of the history that `filter` lets through, newest first. */
export function listed(jobs, { words = [], favourite = false } = {}) {
  const wanted = words.map((word) => word.toLowerCase());
  return [...jobs.values()]
    .filter((record) => !isSketch(record) && (!favourite || record.favourite))
    .filter((record) => {
      const subject = subjectOf(record.request).toLowerCase();
      return wanted.every((word) => subject.includes(word));
    })
    .sort((a, b) => b.first_seq - a.first_seq || b.queued_at - a.queued_at);
}
