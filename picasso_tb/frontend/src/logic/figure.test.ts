import assert from "node:assert/strict";
import { test } from "node:test";
import type { MapInfo } from "../api-types";
import type { Choice } from "./choice";
import { columnsOf } from "./columns";
import { figureOf, layoutOf } from "./figure";
import { catalogue, checkpoint, checkpoints, entry, probe, probes, runs } from "./fixtures";
import { reduce, START, type Action, type State } from "./state";

const COMPARED: Partial<Choice> = { columns: "checkpoints", visualization: "occlusion", comparison: ["5", "0"] };

/** Two checkpoints of one probe; without `other`, that of the later one alone is known. */
function stateWith(choice: Partial<Choice>, other: Partial<MapInfo> | null = {}): State {
  const loaded: Action[] = [
    { type: "server", up: true },
    { type: "catalogue", catalogue: catalogue() },
    { type: "runs", runs: runs("run") },
    { type: "run-loaded", run: "run", checkpoints: checkpoints(checkpoint(0), checkpoint(5)), probes: probes("p") },
    { type: "choose", choice },
  ];
  const state = loaded.reduce(reduce, START);
  const [before, after] = columnsOf(state).map((one) => one.id);
  assert.ok(before && after);
  const answers: Action[] = [
    { type: "answered", column: before, maps: other ? [entry("p", { key: "before", ...other })] : [], job: null },
    { type: "answered", column: after, maps: [entry("p", { key: "after" })], job: null },
  ];
  return answers.reduce(reduce, state);
}

function pinned(choice: Partial<Choice>, other: Partial<MapInfo> | null = {}): unknown {
  const state = stateWith(choice, other);
  return figureOf(state, columnsOf(state), [probe("p")]).rows[0]?.cells.at(-1);
}

test("a figure of a comparison has a column more, with a scale of its own for the difference", () => {
  const state = stateWith(COMPARED);
  const figure = figureOf(state, columnsOf(state), [probe("p")]);
  assert.deepEqual(figure.heads, ["step 0", "step 5", "step 5 − step 0"]);
  const cell = figure.rows[0]?.cells[2];
  assert.ok(cell && typeof cell !== "string");
  assert.deepEqual([cell.info.key, cell.compared?.info.key, cell.compared?.swipe], ["after", "before", null]);
  assert.match(cell.scale.quantity, /^difference of/);
  assert.equal(figure.scales.length, 2);
  assert.equal(layoutOf(figure).lanes, 1);
});

test("a swipe keeps its line and the maps' own scale", () => {
  const state = stateWith({ ...COMPARED, swipe: 0.3 });
  const { heads, rows, scales } = figureOf(state, columnsOf(state), [probe("p")]);
  const cell = rows[0]?.cells[2];
  assert.ok(cell && typeof cell !== "string");
  assert.equal(cell.compared?.swipe, 0.3);
  assert.deepEqual([heads[2], scales], ["step 5 | step 0", [cell.scale]]);
});

test("why there is no difference is said in its place", () => {
  assert.equal(pinned(COMPARED, null), "no maps to compare");
  assert.equal(pinned(COMPARED, { quantity: "another" }), "different quantities, no difference");
});

test("without a comparison there is no such column", () => {
  const state = stateWith({ ...COMPARED, comparison: null });
  assert.deepEqual(figureOf(state, columnsOf(state), [probe("p")]).heads, ["step 0", "step 5"]);
});

test("one map of Inspect is taken along without the comparison of the grid", () => {
  const state = stateWith(COMPARED);
  const all = columnsOf(state);
  const inspecting = reduce(state, { type: "choose", choice: { view: "inspect" } });
  assert.deepEqual(figureOf(inspecting, all, [probe("p")]).heads, ["step 0", "step 5"]);
  assert.deepEqual(figureOf(state, all.slice(0, 1), [probe("p")]).heads, ["step 0"]);
});
