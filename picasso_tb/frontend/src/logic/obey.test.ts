import assert from "node:assert/strict";
import { test } from "node:test";
import type { Choice } from "./choice";
import { catalogue, checkpoint, checkpoints, probes, runs } from "./fixtures";
import { obey } from "./obey";
import { reduce, START, type Action, type State } from "./state";

function ready(choice: Partial<Choice> = {}): State {
  const steps = [0, 5, 10].map((step) => checkpoint(step));
  const best = steps.map((one) => (one.step === 5 ? { ...one, names: ["best" as const] } : one));
  const actions: Action[] = [
    { type: "catalogue", catalogue: catalogue() },
    { type: "runs", runs: runs("run") },
    { type: "run-loaded", run: "run", checkpoints: checkpoints(...best), probes: probes("a", "b", "c") },
    { type: "choose", choice },
  ];
  return actions.reduce(reduce, START);
}

function stepAfter(command: Parameters<typeof obey>[0], step: number | null): number | null | undefined {
  const action = obey(command, ready({ step }));
  return action === null ? null : action.type === "choose" ? action.choice.step : undefined;
}

test("checkpoint keys move by one, to the ends and to the best, and stop at the ends", () => {
  assert.equal(stepAfter("previous-checkpoint", null), 5);
  assert.equal(stepAfter("previous-checkpoint", 0), null);
  assert.equal(stepAfter("next-checkpoint", 5), 10);
  assert.equal(stepAfter("next-checkpoint", null), null);
  assert.equal(stepAfter("first-checkpoint", 5), 0);
  assert.equal(stepAfter("last-checkpoint", 0), 10);
  assert.equal(stepAfter("best-checkpoint", 0), 5);
});

test("back leads from Inspect to the grid, there clears the selection, then does nothing", () => {
  assert.deepEqual(obey("back", ready({ view: "inspect", selected: ["a"] })), {
    type: "choose",
    choice: { view: "grid" },
  });
  assert.deepEqual(obey("back", ready({ selected: ["a"] })), { type: "choose", choice: { selected: [] } });
  assert.equal(obey("back", ready()), null);
});

test("probe keys move in Inspect through what the grid lists", () => {
  const inspecting = ready({ view: "inspect", inspected: "b", columns: "checkpoints", selected: ["b", "c"] });
  assert.deepEqual(obey("next-probe", inspecting), { type: "choose", choice: { inspected: "c" } });
  assert.equal(obey("previous-probe", inspecting), null);
  assert.equal(obey("next-probe", ready()), null);
});

test("views, layers, opacity and switches", () => {
  assert.deepEqual(obey("time", ready({ view: "inspect" })), {
    type: "choose",
    choice: { view: "grid", columns: "checkpoints" },
  });
  assert.deepEqual(obey("inspect-view", ready({ selected: ["c"] })), {
    type: "choose",
    choice: { view: "inspect", inspected: "c" },
  });
  assert.deepEqual(obey("layer", ready()), { type: "display", display: { layer: "map" } });
  assert.deepEqual(obey("more-opacity", ready()), { type: "display", display: { opacity: 1 } });
  assert.deepEqual(obey("less-opacity", ready()), { type: "display", display: { opacity: 0.8 } });
  assert.deepEqual(obey("lock", ready()), { type: "lock", locked: false });
  assert.deepEqual(obey("masks", ready()), { type: "display", display: { masks: true } });
});
