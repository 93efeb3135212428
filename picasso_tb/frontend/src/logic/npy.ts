/** Numbers of one map, row by row; NaN where nothing was measured. */
export interface Grid {
  height: number;
  width: number;
  values: Float32Array;
}

/** Numbers with any number of axes, the last running fastest. */
export interface NumberArray {
  shape: number[];
  values: Float32Array;
}

const MAGIC = "\x93NUMPY";
const HEADER = /'descr': '([^']+)', 'fortran_order': (\w+), 'shape': \(([\d, ]*)\)/;

/** Reads a `.npy` file of little-endian float32 in C order. */
export function parseArray(bytes: ArrayBuffer): NumberArray {
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
    throw new Error(`Expected float32 in C order. Received: ${header.trim()}`);
  }
  const shape = (found[3] ?? "")
    .split(",")
    .filter((side) => side.trim())
    .map(Number);
  const size = 4 * shape.reduce((product, side) => product * side, 1);
  if (bytes.byteLength - end !== size) {
    throw new Error(`Expected ${size} bytes of numbers. Received: ${bytes.byteLength - end}`);
  }
  return { shape, values: new Float32Array(bytes.slice(end)) };
}

/** Reads the `.npy` file of a map: an array with two axes. */
export function parseNpy(bytes: ArrayBuffer): Grid {
  const { shape, values } = parseArray(bytes);
  const [height, width] = shape;
  if (height === undefined || width === undefined || shape.length > 2) {
    throw new Error(`Expected shape (height, width). Received: (${shape.join(", ")})`);
  }
  return { height, width, values };
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
