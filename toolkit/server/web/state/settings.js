// What the browser remembers for this person; a browser that keeps nothing remembers nothing.

const PREFIX = "playreel.";

/** A remembered value, or `usual`. */
export function remembered(name, usual) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name)) ?? usual;
  } catch {
    return usual; // storage is forbidden, or holds what another version wrote
  }
}

/** Remember a value. */
export function remember(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch (error) {
    console.warn("not remembered:", error.message);
  }
}

/** The name of this tab to the server, the same after a reload: queues are shared by it. */
export function tabName() {
  const made = Math.random().toString(36).slice(2, 10);
  try {
    const name = sessionStorage.getItem(`${PREFIX}tab`) ?? made;
    sessionStorage.setItem(`${PREFIX}tab`, name);
    return `page:${name}`;
  } catch {
    return `page:${made}`;
  }
}

/** Whether pictures may move by themselves. */
export const mayMove = () => !matchMedia("(prefers-reduced-motion: reduce)").matches;
