// The address names what is shown, so that a reload and the back button find it again.

/** Show what the address says, and have it say what is shown. */
export function followAddress(store) {
  const read = () => store.change(shownBy(location.hash));
  window.addEventListener("hashchange", read);
  read();
  store.watch(["view", "selected", "pair"], (value) => {
    const address = addressOf(value);
    if (address !== location.hash) history.pushState(null, "", address || "#");
  });
}

/** The parts of the store that an address like `#compare/A/B` stands for. */
export function shownBy(hash) {
  const [view, one = "", two = ""] = hash.replace(/^#/, "").split("/");
  if (view === "compare") return { view, pair: [one, two] };
  if (view === "play") return { view };
  return { view: "create", selected: view === "job" ? one : "" };
}

/** The address of what is shown. */
export function addressOf({ view, selected, pair }) {
  if (view === "compare") return `#compare/${pair.join("/")}`;
  if (view === "play") return "#play";
  return selected ? `#job/${selected}` : "";
}
