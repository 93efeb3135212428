import assert from "node:assert/strict";
import { test } from "node:test";
import { table, TABLE } from "./colour";
import { mapInfo } from "./fixtures";
import type { Grid } from "./npy";
import { greyed, GROUND, paint, type Layer } from "./paint";
import { makeScale } from "./scale";

const GREEN = [20, 160, 40, 255];
const colours = table("signed", "berry-teal");
const scale = makeScale(mapInfo(), 1, 1, 0.1);

function painted(values: number[], layer: Layer, height = 2, width = 3, opacity = 1): number[][] {
  const pixels = new Uint8ClampedArray(Array.from({ length: height * width }, () => GREEN).flat());
  const map: Grid = { height: 2, width: 3, values: new Float32Array(values) };
  paint(pixels, height, width, map, scale, { layer, opacity, table: colours });
  return Array.from({ length: height * width }, (_, index) => [...pixels.slice(4 * index, 4 * index + 4)]);
}

function colourOf(index: number): number[] {
  return [...colours.slice(4 * index, 4 * index + 4)];
}

test("the strongest values have the ends' colours, row by row", () => {
  const pixels = painted([1, 0, 0, 0, 0, -1], "over");
  assert.deepEqual(pixels[0], colourOf(TABLE - 1));
  assert.deepEqual(pixels[5], colourOf(0));
});

test("what is below the threshold is the grey picture, nothing else", () => {
  const grey = Math.round(greyed(new Uint8ClampedArray(GREEN), 0));
  const pixels = painted([0.05, -0.05, 0, 0.5, 0.5, 0.5], "over");
  for (const pixel of pixels.slice(0, 3)) assert.deepEqual(pixel, [grey, grey, grey, 255]);
});

test("a bare map shows no picture", () => {
  assert.deepEqual(painted([0, 0, 0, 0, 0, 0], "map")[0], [GROUND, GROUND, GROUND, 255]);
});

test("the picture alone stays untouched", () => {
  assert.deepEqual(painted([1, 1, 1, 1, NaN, 1], "picture")[4], GREEN);
});

test("what was not measured differs from no effect, and is hatched", () => {
  const none = painted([0, 0, 0, 0, 0, 0], "over", 16, 24);
  const unmeasured = painted([NaN, NaN, NaN, NaN, NaN, NaN], "over", 16, 24);
  assert.ok(unmeasured.every((pixel, index) => pixel[0] !== none[index]?.[0]));
  assert.equal(new Set(unmeasured.map((pixel) => pixel[0])).size, 2);
});

test("a map is drawn nearest-neighbour on its own grid, also when the sides do not divide", () => {
  const height = 5;
  const width = 7;
  const pixels = painted([1, 0, 0, 0, 0, 0], "over", height, width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = (y + 0.5) / height < 1 / 2 && (x + 0.5) / width < 1 / 3;
      const isEnd = pixels[y * width + x]?.join() === colourOf(TABLE - 1).join();
      assert.equal(isEnd, inside, `row ${y}, column ${x}`);
    }
  }
});

test("half the opacity is halfway between grey and colour", () => {
  const grey = greyed(new Uint8ClampedArray(GREEN), 0);
  const expected = colourOf(TABLE - 1)
    .slice(0, 3)
    .map((channel) => (grey + channel) / 2);
  const pixel = painted([1, 0, 0, 0, 0, 0], "over", 2, 3, 0.5)[0] ?? [];
  expected.forEach((channel, index) => assert.ok(Math.abs(channel - (pixel[index] ?? NaN)) <= 1));
});
