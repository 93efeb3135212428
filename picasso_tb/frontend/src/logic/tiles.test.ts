import assert from "node:assert/strict";
import { test } from "node:test";
import { stretchOf } from "./tiles";

test("wide pictures and few of them get wider tiles, within bounds", () => {
  const sized = (height: number, width: number, count = 9) => Array.from({ length: count }, () => ({ height, width }));
  assert.equal(stretchOf(sized(4, 3)), 1);
  assert.equal(stretchOf(sized(8, 27)), 1.5);
  assert.equal(stretchOf(sized(1, 100)), 2);
  assert.ok(stretchOf(sized(4, 4, 1)) > 1);
  assert.ok(Number.isFinite(stretchOf([])));
});
