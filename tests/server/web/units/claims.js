// What tests claim: equal values all the way down, and errors of a kind.

/** Throws unless the two are equal: numbers, texts, arrays, bytes, plain objects. */
export function equal(got, wanted) {
  if (!same(got, wanted)) throw new Error(`got ${show(got)}, wanted ${show(wanted)}`);
}

/** Throws unless the call throws an error of the kind; gives that error. */
export function throws(call, kind = Error) {
  try {
    call();
  } catch (error) {
    if (error instanceof kind) return error;
    throw error;
  }
  throw new Error(`nothing was thrown, wanted ${kind.name}`);
}

/** As throws, for a promise. */
export async function rejects(promise, kind = Error) {
  try {
    await promise;
  } catch (error) {
    if (error instanceof kind) return error;
    throw error;
  }
  throw new Error(`nothing was thrown, wanted ${kind.name}`);
}

function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return same([...a], [...b]);
  if (a instanceof Map && b instanceof Map) return same([...a], [...b]);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  const others = Object.keys(b);
  return keys.length === others.length && keys.every((key) => key in b && same(a[key], b[key]));
}

const show = (value) => JSON.stringify(value, (_, part) => (part instanceof Map ? [...part] : part));
