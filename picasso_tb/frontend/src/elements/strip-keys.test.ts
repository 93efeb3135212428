import assert from "node:assert/strict";
import { test } from "node:test";
import { keyTarget } from "./strip-keys";

test("the arrows reach the differences behind the last column, but not their header", () => {
  const size = { rows: 3, columns: 2, pinned: true };
  assert.deepEqual(keyTarget("ArrowRight", { row: 1, column: 1 }, size), { row: 1, column: 2 });
  assert.deepEqual(keyTarget("ArrowRight", { row: 1, column: 2 }, size), { row: 1, column: 2 });
  assert.deepEqual(keyTarget("End", { row: 1, column: -1 }, size), { row: 1, column: 2 });
  assert.deepEqual(keyTarget("ArrowUp", { row: 0, column: 2 }, size), { row: -1, column: 1 });
  const bare = { ...size, pinned: false };
  assert.deepEqual(keyTarget("End", { row: 1, column: -1 }, bare), { row: 1, column: 1 });
  assert.deepEqual(keyTarget("ArrowRight", { row: 1, column: 1 }, bare), { row: 1, column: 1 });
});
