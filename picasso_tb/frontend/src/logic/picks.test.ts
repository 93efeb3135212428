import assert from "node:assert/strict";
import { test } from "node:test";
import type { Picks } from "./choice";
import { checkpoint } from "./fixtures";
import { picked } from "./picks";
import { knownRuns } from "./run-places";

function steps(available: readonly number[], picks: Picks, current: number | null = null): number[] {
  const all = available.map((step) => checkpoint(step));
  return picked(all, picks, current === null ? null : checkpoint(current)).map((one) => one.step);
}

const EPOCHS = Array.from({ length: 11 }, (_, index) => index);

test("even and log picks hold the first and the last, and as many as were asked for", () => {
  assert.deepEqual(steps(EPOCHS, { kind: "even", count: 3 }), [0, 5, 10]);
  assert.deepEqual(steps(EPOCHS, { kind: "even", count: 1 }), [10]);
  const powers = Array.from({ length: 129 }, (_, index) => index);
  assert.deepEqual(steps(powers, { kind: "log", count: 8 }), [0, 1, 3, 7, 15, 31, 63, 128]);
  for (const count of [2, 5, 9, 11, 40]) {
    for (const kind of ["even", "log"] as const) {
      const found = steps(EPOCHS, { kind, count });
      assert.equal(found.length, Math.min(count, EPOCHS.length));
      assert.deepEqual([found[0], found.at(-1)], [0, 10]);
    }
  }
});

test("the current checkpoint joins those picked; steps that are gone are left out", () => {
  assert.deepEqual(steps(EPOCHS, { kind: "even", count: 2 }, 3), [0, 3, 10]);
  assert.deepEqual(steps(EPOCHS, { kind: "steps", steps: [2, 99] }, 2), [2]);
  assert.deepEqual(steps([], { kind: "even", count: 4 }), []);
  assert.deepEqual(steps(EPOCHS, { kind: "all" }), EPOCHS);
});

test("runs keep the places of an earlier visit, but not those of another log directory", () => {
  assert.deepEqual(knownRuns(["b", "a"], ["a"], false), ["b", "a"]);
  assert.deepEqual(knownRuns(["b", "gone", "a"], ["a", "b", "c"], true), ["b", "a", "c"]);
});
