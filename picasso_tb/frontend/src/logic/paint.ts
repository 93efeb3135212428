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
}

/** Neutral ground of a bare map, and of what has no effect on it. */
export const GROUND = 128;
const HATCH_LIGHT = 150;
const HATCH_DARK = 96;

/**
 * Paints over `pixels` (RGBA, `height` x `width`), which hold the picture.
 *
 * The picture turns grey, so that every colour is the map's; the map is drawn nearest-neighbour on its own grid; values
 * below the threshold are left out; what was not measured is hatched.
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
  const bare = look.layer === "map";
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * map.height) / height) * map.width;
    for (let x = 0; x < width; x++) {
      const value = map.values[row + Math.floor(((x + 0.5) * map.width) / width)] ?? NaN;
      const at = 4 * (y * width + x);
      const ground = bare ? GROUND : greyed(pixels, at);
      if (Number.isNaN(value)) {
        fill(pixels, at, hatch(x, y, ground));
      } else if (Math.abs(value) < scale.threshold || value === 0) {
        fill(pixels, at, ground);
      } else {
        const colour = 4 * Math.round(place(scale, value) * (TABLE - 1));
        mix(pixels, at, ground, look.table, colour, bare ? 1 : look.opacity);
      }
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
  for (let channel = 0; channel < 3; channel++) {
    pixels[at + channel] = ground + opacity * ((table[colour + channel] ?? 0) - ground);
  }
  pixels[at + 3] = 255;
}
