import assert from "node:assert/strict";
import { test } from "node:test";
import { median, onsetOf, onsetWords } from "./onset";

const END = 0.95;
const STEPS = [0, 6, 10, 14, 18];

test("the median of an even number is between the two in the middle", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([]), null);
});

test("the first column that reaches a tenth of the scale is the onset", () => {
  const onset = onsetOf([0.01, 0.04, 0.08, 0.17, 0.05], END);
  assert.deepEqual(onset, { kind: "at", index: 3, before: 0.08, value: 0.17 });
  assert.equal(onsetWords(onset, STEPS), "Maps first respond at step 14: median peak 0.080 to 0.17");
});

test("what an untrained network does is no response, however its peaks go up and down", () => {
  const onset = onsetOf([0.001, 0.02, 0.003], END);
  assert.deepEqual(onset, { kind: "never", largest: 0.02 });
  assert.match(onsetWords(onset, STEPS) ?? "", /hardly respond at any checkpoint: median peak 0.020 at most/);
});

test("maps that respond at once have no onset to mark", () => {
  assert.deepEqual(onsetOf([0.4, 0.1, 0.9], END), { kind: "always", value: 0.4 });
});

test("nothing is claimed while an earlier column is missing", () => {
  assert.deepEqual(onsetOf([0.01, null, 0.5], END), { kind: "unknown" });
  assert.equal(onsetOf([0.01, 0.5, null], END).kind, "at");
  assert.equal(onsetOf([0.01, 0.02, null], END).kind, "unknown");
  assert.equal(onsetWords({ kind: "unknown" }, STEPS), null);
});
