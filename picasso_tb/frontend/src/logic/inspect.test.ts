import assert from "node:assert/strict";
import { test } from "node:test";
import {
  coveredPrediction,
  keepsPositions,
  maskOnMap,
  movedPosition,
  nearestPosition,
  panned,
  patchAt,
  patchesOf,
  regionShare,
  roundHalfEven,
  scaledPatch,
  zoomed,
} from "./inspect";
import type { NumberArray } from "./npy";
import { WHOLE } from "./paint";

const array = (shape: number[], values: number[]): NumberArray => ({ shape, values: Float32Array.from(values) });

test("halves round to even, as in Python", () => {
  assert.deepEqual([0.5, 1.5, 2.5, 3.5, 2.4, 2.6].map(roundHalfEven), [0, 2, 2, 4, 2, 3]);
});

test("patches stand where occlusion.py puts them", () => {
  // Worked out by hand: window round(0.2 * 12) = 2, half 1, centres 1, 4.33, 7.67, 11; 0.2 * 20 = 4, half 2.
  const patches = patchesOf({ window: 0.2, positions: 4, space: "input", picture_size: 244 }, 12, 20);
  assert.deepEqual(patches?.rows, [
    { start: 0, end: 2 },
    { start: 3, end: 5 },
    { start: 6, end: 8 },
    { start: 10, end: 12 },
  ]);
  assert.deepEqual(
    patches.columns.map((one) => one.start),
    [0, 5, 10, 16],
  );
  assert.deepEqual(patchAt(patches, { row: 1, column: 3 }), { top: 3, bottom: 5, left: 16, right: 20 });
  assert.equal(patchesOf({ join: "max" }, 12, 20), null);
});

test("an odd window is cut at the edge", () => {
  // round(0.25 * 10) = 2 (half to even); round(0.25 * 12) = 3, half 1: the last centre is 11, its start 10.
  const patches = patchesOf({ window: 0.25, positions: 2, space: "input" }, 10, 12);
  assert.deepEqual(patches?.rows.at(-1), { start: 8, end: 10 });
  assert.deepEqual(patches.columns.at(-1), { start: 10, end: 12 });
});

test("on the squashed picture patches are square and land on the map by shares", () => {
  const patches = patchesOf({ window: 0.5, positions: 2, space: "picture", picture_size: 40 }, 12, 20);
  assert.ok(patches);
  const last = patchAt(patches, { row: 1, column: 0 });
  assert.deepEqual(last, { top: 20, bottom: 40, left: 0, right: 20 });
  assert.deepEqual(scaledPatch(last, patches, 12, 20), { top: 6, bottom: 12, left: 0, right: 10 });
});

test("the nearest patch is under the pointer, and keys never lead beyond the last", () => {
  const patches = patchesOf({ window: 0.2, positions: 4, space: "input" }, 12, 20);
  assert.ok(patches);
  assert.deepEqual(nearestPosition(patches, 0.99, 0), { row: 3, column: 0 });
  assert.deepEqual(nearestPosition(patches, 4 / 12, 12 / 20), { row: 1, column: 2 });
  assert.deepEqual(movedPosition(patches, { row: 3, column: 0 }, 1, -1), { row: 3, column: 0 });
  assert.deepEqual(movedPosition(patches, { row: 2, column: 0 }, 1, 1), { row: 3, column: 1 });
});

test("the covered prediction of a softmax is worked out from logits and normalizer", () => {
  // Three classes, one row of two positions; untouched (2, 0, 1), at position 1 covered (0, 3, 1).
  const normalizer = (logits: number[]): number => Math.log(logits.reduce((sum, one) => sum + Math.exp(one), 0));
  const arrays = new Map([
    ["kept_classes", array([3], [0, 1, 2])],
    ["position_logits", array([3, 1, 2], [2, 0, 0, 3, 1, 1])],
    ["untouched_logits", array([3], [2, 0, 1])],
    ["position_log_normalizer", array([1, 2], [normalizer([2, 0, 1]), normalizer([0, 3, 1])])],
    ["untouched_log_normalizer", array([1], [normalizer([2, 0, 1])])],
  ]);
  const found = coveredPrediction(arrays, 3, 0, { row: 0, column: 1 });
  assert.ok(found?.target);
  assert.deepEqual([found.before.index, found.after.index, found.target.index], [0, 1, 0]);
  const total = 1 + Math.exp(3) + Math.exp(1);
  assert.ok(Math.abs(found.after.covered - Math.exp(3) / total) < 1e-6);
  assert.ok(Math.abs(found.target.covered - 1 / total) < 1e-6);
  assert.ok(Math.abs(found.classes.reduce((sum, one) => sum + one.covered, 0) - 1) < 1e-6);
  assert.equal(found.unsure, false);
});

test("each class of a sigmoid is for itself; class 0 is a target like any other", () => {
  const arrays = new Map([
    ["kept_classes", array([2], [0, 1])],
    ["position_logits", array([2, 1, 1], [-1.5, 1.5])],
    ["untouched_logits", array([2], [2, -2])],
  ]);
  const found = coveredPrediction(arrays, 2, 0, { row: 0, column: 0 });
  assert.ok(found?.target);
  assert.equal(found.target.index, 0);
  assert.ok(Math.abs(found.target.covered - 1 / (1 + Math.exp(1.5))) < 1e-6);
  assert.deepEqual([found.before.index, found.after.index, found.unsure], [0, 1, false]);
});

test("a number stays the number that it is", () => {
  const arrays = new Map([
    ["kept_classes", array([1], [0])],
    ["position_logits", array([1, 1, 1], [0.25])],
    ["untouched_logits", array([1], [0.75])],
  ]);
  const found = coveredPrediction(arrays, 1, 0, { row: 0, column: 0 });
  assert.deepEqual(found?.target, { index: 0, covered: 0.25, untouched: 0.75 });
});

test("with few classes kept of many, another may have become the top; what is not measured is no prediction", () => {
  const arrays = new Map([
    ["kept_classes", array([1], [7])],
    ["position_logits", array([1, 1, 2], [0, NaN])],
    ["untouched_logits", array([1], [3])],
    ["position_log_normalizer", array([1, 2], [2, NaN])],
    ["untouched_log_normalizer", array([1], [3.1])],
  ]);
  assert.equal(coveredPrediction(arrays, 500, 7, { row: 0, column: 0 })?.unsure, true);
  assert.equal(coveredPrediction(arrays, 500, 7, { row: 0, column: 1 }), null);
  assert.equal(keepsPositions(["map", "kept_classes", "position_logits", "untouched_logits"]), true);
  assert.equal(keepsPositions(["map"]), false);
});

test("a region's share is of sizes, not of signed values", () => {
  const values = Float32Array.from([1, -2, NaN, 1]);
  assert.deepEqual(regionShare(values, Uint8Array.from([0, 1, 1, 0])), { effect: 0.5, area: 1 / 3 });
  assert.equal(regionShare(new Float32Array(4), new Uint8Array(4).fill(1)), null);
});

test("a mask of another size is read at the middles of the map's pixels", () => {
  const white = (on: number[]): number[] => on.flatMap((one) => [255 * one, 0, 0, 255]);
  const mask = { height: 2, width: 4, data: white([0, 0, 1, 1, 0, 0, 0, 0]) };
  assert.deepEqual([...maskOnMap(mask, 2, 2)], [0, 1, 0, 0]);
});

test("zooming keeps the place under the pointer, and never shows what is beside the picture", () => {
  const view = zoomed(WHOLE, 2, 0.5, 1);
  assert.deepEqual(view, { top: 0.25, left: 0.5, height: 0.5, width: 0.5 });
  assert.deepEqual(panned(view, -1, 1), { top: 0, left: 0.5, height: 0.5, width: 0.5 });
  assert.deepEqual(zoomed(view, 0.1, 0, 0), WHOLE);
  assert.equal(zoomed(WHOLE, 1e6, 0, 0).height, 1 / 64);
});
