import assert from "node:assert/strict";
import { test } from "node:test";
import { parseArray, parseNpy, peakOf } from "./npy";

/** Written by hand from the format's description: magic, version 1.0, length of the header, header, numbers. */
function npy(header: string, values: number[], version = 1): ArrayBuffer {
  const padded = `${header}${" ".repeat(20)}\n`;
  const start = version === 1 ? 10 : 12;
  const bytes = new ArrayBuffer(start + padded.length + 4 * values.length);
  const view = new DataView(bytes);
  [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0].forEach((byte, index) => view.setUint8(index, byte));
  if (version === 1) view.setUint16(8, padded.length, true);
  else view.setUint32(8, padded.length, true);
  new TextEncoder().encode(padded).forEach((byte, index) => view.setUint8(start + index, byte));
  values.forEach((value, index) => view.setFloat32(start + padded.length + 4 * index, value, true));
  return bytes;
}

const HEADER = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

test("reads rows and columns of both versions of the format", () => {
  for (const version of [1, 2]) {
    const grid = parseNpy(npy(HEADER, [1, 2, 3, -4.5, NaN, 6], version));
    assert.deepEqual([grid.height, grid.width], [2, 3]);
    assert.deepEqual([...grid.values], [1, 2, 3, -4.5, NaN, 6]);
  }
});

test("refuses other numbers, other orders, cut files and other files", () => {
  const message = /^Error: Expected .* Received: /;
  assert.throws(() => parseNpy(npy(HEADER.replace("<f4", "<f8"), [1, 2, 3, 4, 5, 6])), message);
  assert.throws(() => parseNpy(npy(HEADER.replace("False", "True"), [1, 2, 3, 4, 5, 6])), message);
  assert.throws(() => parseNpy(npy(HEADER, [1, 2, 3, 4, 5])), message);
  assert.throws(() => parseNpy(new TextEncoder().encode("{'error': 'no such map'}").buffer), message);
  assert.throws(() => parseNpy(new ArrayBuffer(0)), message);
});

test("reads arrays with any number of axes, as numpy writes their shapes", () => {
  const shaped = (shape: string, values: number[]): unknown => parseArray(npy(HEADER.replace("(2, 3)", shape), values));
  assert.deepEqual(shaped("(2, 1, 2)", [1, 2, 3, 4]), { shape: [2, 1, 2], values: new Float32Array([1, 2, 3, 4]) });
  assert.deepEqual(shaped("(3,)", [7, 8, 9]), { shape: [3], values: new Float32Array([7, 8, 9]) });
  assert.deepEqual(shaped("()", [5]), { shape: [], values: new Float32Array([5]) });
  for (const shape of ["(6,)", "(1, 2, 3)", "()"]) {
    const values = [1, 2, 3, 4, 5, 6].slice(0, shape === "()" ? 1 : 6);
    assert.throws(() => parseNpy(npy(HEADER.replace("(2, 3)", shape), values)), /Expected shape \(height, width\)/);
  }
});

test("the peak is the value of largest size, wherever it is and whatever its sign", () => {
  const grid = (values: number[]): Parameters<typeof peakOf>[0] => ({
    height: 2,
    width: 3,
    values: new Float32Array(values),
  });
  assert.deepEqual(peakOf(grid([0, 1, 2, -4, NaN, 3])), { row: 1, column: 0, value: -4 });
  assert.deepEqual(peakOf(grid([NaN, 0, 0, 0, 0, 0])), { row: 0, column: 1, value: 0 });
  assert.deepEqual(peakOf(grid([0, 0, 0, 0, 0, 5])), { row: 1, column: 2, value: 5 });
  assert.equal(peakOf(grid([NaN, NaN, NaN, NaN, NaN, NaN])), null);
});
