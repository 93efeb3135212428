import assert from "node:assert/strict";
import { test } from "node:test";
import type { MapEntry } from "../api-types";
import { entry, mapInfo } from "./fixtures";
import { classLines, entryAt, strengthOf } from "./strip";

function maps(peaks: Record<string, number | null>): Map<string, MapEntry[]> {
  return new Map(
    Object.entries(peaks).map(([probe, peak]) => [
      probe,
      [entry(probe, peak === null ? null : { lowest: Math.min(0, peak), highest: Math.max(0, peak) })],
    ]),
  );
}

test("a column is as strong as the median of its peaks' sizes, whatever their signs", () => {
  const found = strengthOf(maps({ a: 0.1, b: -0.6, c: 0.3 }), ["a", "b", "c"], 0);
  assert.deepEqual(found, { median: 0.3, complete: true });
});

test("a column is complete once every probe asked for has its map or an error", () => {
  const column = maps({ a: 0.1, b: null });
  assert.deepEqual(strengthOf(column, ["a", "b"], 0), { median: 0.1, complete: false });
  assert.deepEqual(strengthOf(column, ["a"], 0), { median: 0.1, complete: true });
  assert.deepEqual(strengthOf(column, ["a", "elsewhere"], 0), { median: 0.1, complete: false });
  const failed = new Map(column).set("b", [{ ...entry("b", null), state: "failed" }]);
  assert.deepEqual(strengthOf(failed, ["a", "b"], 0), { median: 0.1, complete: true });
  assert.deepEqual(strengthOf(undefined, ["a"], 0), { median: null, complete: false });
});

test("the same question of the same column is worked out once, another anew", () => {
  const column = maps({ a: 0.1, b: 0.2 });
  const probes = ["a", "b"];
  assert.equal(strengthOf(column, probes, 0), strengthOf(column, probes, 0));
  assert.equal(strengthOf(column, ["b"], 0).median, 0.2);
});

test("the entry of a rank, the first where a probe has fewer targets", () => {
  const entries = [entry("a", {}, 1), entry("a", {}, 0)];
  assert.equal(entryAt(entries, 1)?.rank, 1);
  assert.equal(entryAt(entries, 2)?.rank, 0);
  assert.equal(entryAt(undefined, 0), null);
});

test("lines are of the true class first, then of those predicted, unknown columns left open", () => {
  const info = (...shares: [number, number][]): ReturnType<typeof mapInfo> =>
    mapInfo({ predictions: shares.map(([class_index, probability]) => ({ class_index, probability })) });
  const lines = classLines(
    [info([7, 0.5], [3, 0.3], [0, 0.2]), null, info([9, 0.7], [7, 0.2], [3, 0.05]), info([9, 0.9], [0, 0.1])],
    0,
  );
  assert.deepEqual(
    lines.map((line) => line.classIndex),
    [0, 9, 7, 3],
  );
  assert.deepEqual(lines[0]?.values, [0.2, null, null, 0.1]);
  assert.deepEqual(lines[1]?.values, [null, null, 0.7, 0.9]);
});
