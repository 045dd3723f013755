// The form: what to draw, how large, in which actions and directions; and its quick sketch.

import { ComposeForm } from "../parts/compose_form.js";
import { SketchTile } from "../parts/sketch_tile.js";
import { Costs } from "../state/costs.js";
import { problemOf, randomSeed } from "../state/requests.js";
import { remember } from "../state/settings.js";
import { Sketches } from "../state/sketches.js";

/** Fill the compose pane. */
export function mountCompose(root, { store, studio, shelf }) {
  const form = new ComposeForm(studio);
  const sketches = new Sketches({
    submit: (request) => studio.submitSketch(request),
    cancel: (job) => studio.dropSketch(job),
  });
  const sketch = () => {
    const request = form.read();
    const wanted = form.sketching.input.checked && store.value.connection === "open";
    sketches.changed(wanted && !problemOf(request) ? request : null);
  };
  const costs = new Costs({ show: (cost) => form.showCost(cost) });
  const price = () => {
    const request = form.read();
    costs.changed(problemOf(request) ? null : request);
  };
  const changed = () => {
    form.showTotal();
    price();
    sketch();
  };
  form.element.addEventListener("input", changed);
  form.element.addEventListener("change", changed);
  form.sketching.input.addEventListener("change", ({ target }) => {
    remember("sketching", target.checked);
  });
  form.element.addEventListener("submit", (event) => {
    event.preventDefault();
    sketches.changed(null);
    submit(form, studio);
  });
  form.element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.element.requestSubmit();
  });
  studio.form = form;
  form.slot.append(new SketchTile(store, shelf).element);
  root.append(form.element);
  form.showTotal();
  price();
}

async function submit(form, studio) {
  const problem = problemOf(form.read());
  form.showProblem(problem);
  if (problem || !(await form.picture.settled())) return;
  studio.submit(form.read());
  if (form.fresh.input.checked) form.seed.value = randomSeed();
}
