/** Turns a picture and the numbers of its map into pixels: pure, so that it is tested without a canvas. */
import { TABLE, type Table } from "./colour";
import type { Grid } from "./npy";
import { place, type Scale } from "./scale";

export type Layer = "over" | "map" | "picture";

export interface Look {
  layer: Layer;
  table: Table;
  /** Of the map over the picture, 0..1. */
  opacity: number;
  /** Between the places of the map's own grid, values are mixed; else each place has its one colour. */
  smoothing: boolean;
  /** What of the map is shown; all of it by default. */
  view?: View;
}

/** A part of a map or picture, in shares of its height and width. */
export interface View {
  top: number;
  left: number;
  height: number;
  width: number;
}

export const WHOLE: View = { top: 0, left: 0, height: 1, width: 1 };

/** Neutral ground of a bare map, and of what has no effect on it. */
export const GROUND = 128;
const HATCH_LIGHT = 150;
const HATCH_DARK = 96;
const OUTLINE_LIGHT = 255;
const OUTLINE_DARK = 0;

/**
 * Paints over `pixels` (RGBA, `height` x `width`), which hold the picture.
 *
 * The picture turns grey, so that every colour is the map's; the map is drawn nearest-neighbour on its own grid unless
 * it is smoothed; values below the threshold are left out; what was not measured is hatched.
 */
export function paint(
  pixels: Uint8ClampedArray,
  height: number,
  width: number,
  map: Grid,
  scale: Scale,
  look: Look,
): void {
  if (look.layer === "picture") return;
  const { top, left, ...shown } = look.view ?? WHOLE;
  const rows = places(height, top, shown.height, map.height);
  const columns = places(width, left, shown.width, map.width);
  const read = look.smoothing ? mixedInks(map, scale, columns) : nearestInks(map, scale, columns);
  rows.forEach((row, y) => paintRow(pixels, y, read(row), look));
}

/** Of each pixel of a drawn row: a place in the table of colours, or one of the two below. */
type Inks = Int16Array;
const NO_EFFECT = -1;
const UNMEASURED = -2;

function inkOf(scale: Scale, value: number): number {
  if (Number.isNaN(value)) return UNMEASURED;
  if (Math.abs(value) < scale.threshold || value === 0) return NO_EFFECT;
  return Math.round(place(scale, value) * (TABLE - 1));
}

/** Works out each place of the map once, however many pixels show it. Loops: `from` takes ten times as long. */
function nearestInks({ values, height, width }: Grid, scale: Scale, columns: Float64Array): (row: number) => Inks {
  const known = new Int16Array(values.length);
  for (let index = 0; index < known.length; index++) known[index] = inkOf(scale, values[index] ?? NaN);
  const across = columns.map((column) => Math.min(width - 1, Math.floor(column)));
  const inks = new Int16Array(columns.length);
  return (row) => {
    const start = Math.min(height - 1, Math.floor(row)) * width;
    for (let x = 0; x < inks.length; x++) inks[x] = known[start + (across[x] ?? 0)] ?? UNMEASURED;
    return inks;
  };
}

function mixedInks(map: Grid, scale: Scale, columns: Float64Array): (row: number) => Inks {
  const inks = new Int16Array(columns.length);
  return (row) => {
    for (let x = 0; x < inks.length; x++) inks[x] = inkOf(scale, mixed(map, row, columns[x] ?? 0));
    return inks;
  };
}

function paintRow(pixels: Uint8ClampedArray, y: number, inks: Inks, { layer, opacity, table }: Look): void {
  const bare = layer === "map";
  const share = bare ? 1 : opacity;
  for (let x = 0, at = 4 * y * inks.length; x < inks.length; x++, at += 4) {
    const ink = inks[x] ?? UNMEASURED;
    const ground = bare ? GROUND : greyed(pixels, at);
    if (ink >= 0) mix(pixels, at, ground, table, 4 * ink, share);
    else fill(pixels, at, ink === NO_EFFECT ? ground : hatch(x, y, ground));
  }
}

/** Where the middle of each drawn pixel lies on a map's side, in map pixels. */
function places(drawn: number, start: number, share: number, side: number): Float64Array {
  return Float64Array.from({ length: drawn }, (_, index) => (start + ((index + 0.5) * share) / drawn) * side);
}

function nearest({ values, height, width }: Grid, row: number, column: number): number {
  const inside = Math.min(height - 1, Math.floor(row)) * width + Math.min(width - 1, Math.floor(column));
  return values[inside] ?? NaN;
}

/** Bilinear between the middles of the map's pixels; what was not measured neither gives nor takes. */
function mixed(map: Grid, row: number, column: number): number {
  const own = nearest(map, row, column);
  if (Number.isNaN(own)) return own;
  const { values, height, width } = map;
  const [above, below, down] = neighbours(row, height);
  const [before, after, right] = neighbours(column, width);
  let [sum, weights] = [0, 0];
  const add = (value: number | undefined, weight: number): void => {
    if (value === undefined || Number.isNaN(value)) return;
    sum += weight * value;
    weights += weight;
  };
  add(values[above * width + before], (1 - down) * (1 - right));
  add(values[above * width + after], (1 - down) * right);
  add(values[below * width + before], down * (1 - right));
  add(values[below * width + after], down * right);
  return weights > 0 ? sum / weights : own;
}

function neighbours(place: number, side: number): [before: number, after: number, share: number] {
  const shifted = Math.min(side - 1, Math.max(0, place - 0.5));
  const before = Math.floor(shifted);
  return [before, Math.min(side - 1, before + 1), shifted - before];
}

/** Draws the border of where `inside` (one value a drawn pixel) is set: light, with a dark line around it. */
export function outline(pixels: Uint8ClampedArray, height: number, width: number, inside: Uint8Array): void {
  const isInside = (y: number, x: number): boolean =>
    y >= 0 && x >= 0 && y < height && x < width && inside[y * width + x] === 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const here = isInside(y, x);
      const border =
        isInside(y - 1, x) !== here ||
        isInside(y + 1, x) !== here ||
        isInside(y, x - 1) !== here ||
        isInside(y, x + 1) !== here;
      // Beyond the picture nothing is drawn, so a region at its edge has its light line there too.
      if (border) fill(pixels, 4 * (y * width + x), here ? OUTLINE_LIGHT : OUTLINE_DARK);
    }
  }
}

/** The picture without its colours, and with less contrast than the map. */
export function greyed(pixels: Uint8ClampedArray, at: number): number {
  const light = 0.299 * (pixels[at] ?? 0) + 0.587 * (pixels[at + 1] ?? 0) + 0.114 * (pixels[at + 2] ?? 0);
  return 24 + 0.72 * light;
}

function hatch(x: number, y: number, ground: number): number {
  const stripe = (x + y) % 8 < 3 ? HATCH_DARK : HATCH_LIGHT;
  return 0.75 * stripe + 0.25 * ground;
}

function fill(pixels: Uint8ClampedArray, at: number, grey: number): void {
  pixels[at] = pixels[at + 1] = pixels[at + 2] = grey;
  pixels[at + 3] = 255;
}

function mix(
  pixels: Uint8ClampedArray,
  at: number,
  ground: number,
  table: Table,
  colour: number,
  opacity: number,
): void {
  const rest = (1 - opacity) * ground;
  pixels[at] = rest + opacity * (table[colour] ?? 0);
  pixels[at + 1] = rest + opacity * (table[colour + 1] ?? 0);
  pixels[at + 2] = rest + opacity * (table[colour + 2] ?? 0);
  pixels[at + 3] = 255;
}
