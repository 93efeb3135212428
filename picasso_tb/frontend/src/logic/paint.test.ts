import assert from "node:assert/strict";
import { test } from "node:test";
import { table, TABLE } from "./colour";
import { mapInfo } from "./fixtures";
import type { Grid } from "./npy";
import { greyed, GROUND, outline, paint, type Layer, type Look } from "./paint";
import { makeScale } from "./scale";

const GREEN = [20, 160, 40, 255];
const colours = table("signed", "berry-teal");
const scale = makeScale(mapInfo(), 1, 1, 0.1);

function painted(values: number[], layer: Layer, height = 2, width = 3, change: Partial<Look> = {}): number[][] {
  const pixels = new Uint8ClampedArray(Array.from({ length: height * width }, () => GREEN).flat());
  const map: Grid = { height: 2, width: 3, values: new Float32Array(values) };
  paint(pixels, height, width, map, scale, { layer, opacity: 1, smoothing: false, table: colours, ...change });
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
  const pixel = painted([1, 0, 0, 0, 0, 0], "over", 2, 3, { opacity: 0.5 })[0] ?? [];
  expected.forEach((channel, index) => assert.ok(Math.abs(channel - (pixel[index] ?? NaN)) <= 1));
});

test("a part of the map is drawn as the same part of the whole", () => {
  const values = [1, -1, 0.5, 0, 0.9, -0.4];
  const whole = painted(values, "map", 8, 12);
  const part = painted(values, "map", 4, 4, { view: { top: 0.5, left: 1 / 3, height: 0.5, width: 1 / 3 } });
  const expected = [4, 5, 6, 7].flatMap((y) => [4, 5, 6, 7].map((x) => whole[y * 12 + x]));
  assert.deepEqual(part, expected);
});

test("smoothing is exact in the middles, straight between them, and stops at the edges", () => {
  // Two pixels for each of the map's, so that the middles of the drawn ones are a quarter to each side.
  const drawn = painted([0.4, 0.8, 0.4, 0.4, 0.8, 0.4], "map", 1, 12, { smoothing: true });
  const place = (value: number): number => Math.round(((value + 1) / 2) * (TABLE - 1));
  const expected = [0.4, 0.4, 0.45, 0.55, 0.65, 0.75, 0.75, 0.65, 0.55, 0.45, 0.4, 0.4];
  assert.deepEqual(
    drawn,
    expected.map((value) => colourOf(place(value))),
  );
});

test("smoothing neither hides nor spreads what was not measured", () => {
  const values = [0.5, NaN, 0.5, 0.5, NaN, 0.5];
  const hard = painted(values, "map", 8, 12);
  const soft = painted(values, "map", 8, 12, { smoothing: true });
  assert.deepEqual(soft, hard);
});

test("an outline is light inside and dark outside, and leaves the rest alone", () => {
  const [height, width] = [5, 7];
  const inside = new Uint8Array(height * width);
  for (const y of [1, 2, 3]) for (const x of [2, 3, 4]) inside[y * width + x] = 1;
  const pixels = new Uint8ClampedArray(4 * height * width).fill(77);
  outline(pixels, height, width, inside);
  const drawn = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => ({ 255: "o", 0: "x", 77: "." })[pixels[4 * (y * width + x)] ?? -1]).join(
      "",
    ),
  );
  assert.deepEqual(drawn, ["..xxx..", ".xooox.", ".xo.ox.", ".xooox.", "..xxx.."]);
});
