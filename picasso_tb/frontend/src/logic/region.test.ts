import assert from "node:assert/strict";
import { test } from "node:test";
import { middle, regionBetween, withSide, written } from "./region";

const SIZE = { height: 20, width: 30 };

test("a drag in any direction covers every pixel it touches, and stays inside", () => {
  const region = { top: 5, left: 3, bottom: 11, right: 16 };
  assert.deepEqual(regionBetween({ x: 0.1, y: 0.25 }, { x: 0.51, y: 0.53 }, SIZE), region);
  assert.deepEqual(regionBetween({ x: 0.51, y: 0.25 }, { x: 0.1, y: 0.53 }, SIZE), region);
  assert.equal(written(regionBetween({ x: -1, y: -1 }, { x: 2, y: 2 }, SIZE)), "0,0,20,30");
  assert.equal(written(regionBetween({ x: 1, y: 1 }, { x: 1, y: 1 }, SIZE)), "19,29,20,30");
  assert.equal(written(middle(SIZE)), "5,7,15,23");
});

test("a side moves within the picture and never past the opposite one", () => {
  const region = middle(SIZE);
  assert.equal(withSide(region, "top", -4, SIZE).top, 0);
  assert.equal(withSide(region, "top", 40, SIZE).top, 14);
  assert.equal(withSide(region, "left", 22.6, SIZE).left, 22);
  assert.equal(withSide(region, "right", 99, SIZE).right, 30);
  assert.equal(withSide(region, "bottom", 2, SIZE).bottom, 6);
});
