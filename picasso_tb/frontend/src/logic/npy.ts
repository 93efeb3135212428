/** Numbers of one map, row by row; NaN where nothing was measured. */
export interface Grid {
  height: number;
  width: number;
  values: Float32Array;
}

const MAGIC = "\x93NUMPY";
const HEADER = /'descr': '([^']+)', 'fortran_order': (\w+), 'shape': \((\d+), (\d+)\)/;

/** Reads a `.npy` file of little-endian float32 in C order with two axes. */
export function parseNpy(bytes: ArrayBuffer): Grid {
  const view = new DataView(bytes);
  if (bytes.byteLength < 12 || latin1(bytes, 0, 6) !== MAGIC) {
    throw new Error(`Expected a .npy file. Received: ${bytes.byteLength} other bytes`);
  }
  const long = view.getUint8(6) > 1;
  const start = long ? 12 : 10;
  const end = start + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = latin1(bytes, start, end);
  const found = HEADER.exec(header);
  if (found?.[1] !== "<f4" || found[2] !== "False") {
    throw new Error(`Expected float32 of shape (height, width) in C order. Received: ${header.trim()}`);
  }
  const height = Number(found[3]);
  const width = Number(found[4]);
  if (bytes.byteLength - end !== 4 * height * width) {
    throw new Error(`Expected ${4 * height * width} bytes of numbers. Received: ${bytes.byteLength - end}`);
  }
  return { height, width, values: new Float32Array(bytes.slice(end)) };
}

function latin1(bytes: ArrayBuffer, start: number, end: number): string {
  return String.fromCharCode(...new Uint8Array(bytes.slice(start, end)));
}

/** One value of a map and where it is, in map pixels. */
export interface Spot {
  row: number;
  column: number;
  value: number;
}

/** The value of largest size, the first of equals; null where nothing was measured. */
export function peakOf({ values, width }: Grid): Spot | null {
  let best = -1;
  for (let index = 0; index < values.length; index++) {
    const size = Math.abs(values[index] ?? NaN);
    if (size > (best < 0 ? -1 : Math.abs(values[best] ?? NaN))) best = index;
  }
  if (best < 0) return null;
  return { row: Math.floor(best / width), column: best % width, value: values[best] ?? NaN };
}
