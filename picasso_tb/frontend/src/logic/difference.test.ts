import assert from "node:assert/strict";
import { test } from "node:test";
import { correlation, difference, distance, meanInside, peakWords } from "./difference";
import type { Grid } from "./npy";

function grid(height: number, width: number, values: number[]): Grid {
  assert.equal(values.length, height * width);
  return { height, width, values: new Float32Array(values) };
}

const near = (value: number | null, expected: number): void =>
  assert.ok(value !== null && Math.abs(value - expected) < 1e-6, `${value} is not ${expected}`);

test("the difference keeps the sign, and does not know what either did not measure", () => {
  const found = difference(grid(2, 3, [1, 0, 0.5, NaN, 0, 0]), grid(2, 3, [0.25, 0, 1, 0, NaN, -1]));
  assert.deepEqual([...found.values], [0.75, 0, -0.5, NaN, NaN, 1]);
});

test("maps of different sizes meet on the finer grid, side by side in the same places", () => {
  const coarse = grid(1, 2, [1, 2]);
  const fine = grid(3, 4, [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
  const found = difference(coarse, fine);
  assert.deepEqual([found.height, found.width], [3, 4]);
  assert.deepEqual([...found.values], [1, 1, 2, 2, 0, 0, 1, 1, -1, -1, 0, 0]);
  assert.deepEqual(
    [...difference(fine, coarse).values],
    [...found.values].map((value) => -value || 0),
  );
});

test("a taller and a wider map meet on a grid as fine as both", () => {
  const found = difference(grid(4, 1, [0, 1, 2, 3]), grid(1, 2, [10, 20]));
  assert.deepEqual([found.height, found.width], [4, 2]);
  assert.deepEqual([...found.values], [-10, -20, -9, -19, -8, -18, -7, -17]);
});

test("correlation equals the textbook's formula, in another order of sums", () => {
  const one = [0.3, -0.2, 0.9, 0.1, 0, 0.4];
  const other = [0.1, 0.2, 0.7, -0.3, 0.05, 0.6];
  const mean = (list: number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  const covariance = mean(one.map((value, index) => value * (other[index] ?? 0))) - mean(one) * mean(other);
  const deviation = (list: number[]): number => Math.sqrt(mean(list.map((value) => value ** 2)) - mean(list) ** 2);
  near(correlation(grid(2, 3, one), grid(2, 3, other)), covariance / deviation(one) / deviation(other));
});

test("correlation is 1 with itself, -1 with its mirror, and nothing for a flat map", () => {
  const one = grid(2, 3, [0.1, 0.5, -0.3, NaN, 2, 0]);
  near(correlation(one, one), 1);
  near(correlation(one, { ...one, values: one.values.map((value) => 3 - 2 * value) }), -1);
  assert.equal(correlation(one, grid(2, 3, [1, 1, 1, 1, 1, 1])), null);
  assert.equal(correlation(one, grid(2, 3, [NaN, NaN, NaN, 1, NaN, NaN])), null);
});

test("a map far from zero that hardly varies keeps its correlation", () => {
  const values = [0, 1, 2, 3, 4, 5];
  const flat = grid(
    2,
    3,
    values.map((value) => 1000 + value / 64),
  );
  near(correlation(flat, grid(2, 3, values)), 1);
});

test("distance is the mean size of the difference over what both measured", () => {
  near(distance(grid(1, 4, [1, 0, NaN, -1]), grid(1, 4, [0, 0.5, 3, 1])), (1 + 0.5 + 2) / 3);
  assert.equal(distance(grid(1, 2, [NaN, 1]), grid(1, 2, [1, NaN])), null);
});

test("the mean inside a region leaves out the rest and what was not measured", () => {
  const map = grid(2, 3, [1, 2, NaN, -4, 5, 6]);
  near(meanInside(map, new Uint8Array([1, 1, 1, 1, 0, 0])), -1 / 3);
  assert.equal(meanInside(map, new Uint8Array([0, 0, 1, 0, 0, 0])), null);
});

test("a peak is told in words, and its absence too", () => {
  const values = Array<number>(20).fill(0);
  values[4] = -0.5;
  assert.equal(peakWords(grid(4, 5, values), true), "\u22120.50 in the upper right");
  assert.equal(peakWords(grid(4, 5, values), true, 0.6), "no effect");
  assert.equal(peakWords(grid(2, 1, [0, 0]), true), "no effect");
  assert.equal(peakWords(grid(2, 1, [NaN, NaN]), true), "nothing measured");
});
