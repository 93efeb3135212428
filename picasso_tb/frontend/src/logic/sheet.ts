/** Where everything in a strip stands, and what of it is drawn. Pure: the element says how wide it is and where scrolled to. */
import type { ProbeInfo } from "../api-types";
import { byStep, evenly, GAP, inSight, type Layout } from "./columns-layout";
import { median } from "./onset";

/** Heights in pixels of a header's parts, of what stands under a map, and under the picture in the first column. */
export const FLAG = 22;
export const BAR = 36;
export const TITLE = 56;
export const AXIS = 18;
const CAPTION = 24;
const PROBE_NAME = 40;

const FIRST = 120;
const FIRST_NARROW = 88;
const NARROW = 720;
const EDGE = 24;
/** Left of the difference column. */
export const SEAM = 12;
/** Width and height of what is said beside a difference; narrow, it takes more lines. */
const WORDS = { narrow: 240, wide: 340, most: 420, lines: 160, moreLines: 216 };
const WIDE = 1000;
/** Maps grow with the page as long as so many rows are in sight, and are never held smaller than this for it. */
const ROWS = 2.5;
const WIDEST_LEAST = 168;

export interface Sheet {
  /** Width of the first column. */
  first: number;
  layout: Layout;
  rows: Rows;
  /** Heights of the maps, by row. */
  heights: number[];
  /** Of what stands at the right: the difference and the words on it; whether it stays while the rest scrolls. */
  side: number;
  words: number;
  sticks: boolean;
  /** On a narrow page the words stand below the maps. */
  below: boolean;
  total: number;
}

type Size = Pick<ProbeInfo, "height" | "width">;

export interface Contents {
  width: number;
  /** Of the rows in sight. */
  height: number;
  /** Steps of the columns, null where they stand evenly. */
  steps: readonly number[] | null;
  columns: number;
  probes: readonly Size[];
  compares: boolean;
  explains: boolean;
}

export function sheetOf({ width, height, steps, columns, probes, compares, explains }: Contents): Sheet {
  const isNarrow = width < NARROW;
  const first = isNarrow ? FIRST_NARROW : FIRST;
  const below = explains && isNarrow;
  const least = !explains || below ? 0 : width < WIDE ? WORDS.narrow : WORDS.wide;
  const beside = compares ? SEAM + EDGE + (least ? least + EDGE : 0) : 0;
  const room = Math.max(0, width - first - EDGE - beside);
  // The difference is as wide as a map.
  const widest = widestMap(height, probes);
  const shared = evenly(columns + (compares ? 1 : 0), room, widest);
  const own = compares ? room - shared.width - GAP : room;
  const layout = steps ? byStep(steps, own, widest) : evenly(columns, own, shared.width);
  const left = width - first - layout.total - layout.width - SEAM - 3 * EDGE;
  const words = below ? width - first - EDGE : explains ? Math.max(least, Math.min(WORDS.most, left)) : 0;
  const lines = !explains ? 0 : words < WORDS.wide ? WORDS.moreLines : WORDS.lines;
  const side = compares ? layout.width + SEAM + EDGE + (below || !explains ? 0 : words + EDGE) : 0;
  const heights = probes.map((probe) => heightAt(layout.width, probe));
  const rows = heights.map((map, index) => {
    const head = heightAt(Math.min(first - 8, layout.width), probes[index] ?? NO_PICTURE) + PROBE_NAME;
    return below ? Math.max(head, map + CAPTION + lines) : Math.max(head, map + CAPTION, lines);
  });
  return {
    first,
    layout,
    rows: stack(rows),
    heights,
    side,
    words,
    sticks: !below && side < width / 2,
    below,
    total: first + layout.total + EDGE + side,
  };
}

const NO_PICTURE = { height: 0, width: 1 };

function heightAt(width: number, picture: Size): number {
  return Math.round((width * picture.height) / picture.width);
}

function widestMap(height: number, pictures: readonly Size[]): number {
  const shape = median(pictures.map((one) => one.width / one.height)) ?? 1;
  return Math.max(WIDEST_LEAST, Math.floor((height / ROWS - CAPTION) * shape));
}

/** The part of the sheet in sight, without the header and the first column, in pixels. */
export interface Sight {
  top: number;
  left: number;
  height: number;
  width: number;
}

/** Rows and columns drawn: each from the first to one past the last. */
export interface Range {
  rows: [number, number];
  columns: [number, number];
}

export interface Rows {
  tops: number[];
  heights: number[];
  total: number;
}

/** Beyond what is in sight, so that a short scroll shows what is there already. */
const MARGIN = 120;

export function stack(heights: number[]): Rows {
  let total = 0;
  const tops = heights.map((height) => (total += height) - height);
  return { tops, heights, total };
}

export function rangeOf(sight: Sight, rows: Rows, layout: Layout): Range {
  const { top, left, height, width } = sight;
  return {
    rows: inSight(rows.tops, (index) => rows.heights[index] ?? 0, top - MARGIN, top + height + MARGIN),
    columns: inSight(layout.lefts, () => layout.width, left - MARGIN, left + width + MARGIN),
  };
}

export function sameRange(one: Range, other: Range): boolean {
  return String([...one.rows, ...one.columns]) === String([...other.rows, ...other.columns]);
}

/** How far to scroll so that `from`..`to` is in sight of a window of `length` at `start`; 0 where it is. */
export function scrollInto(from: number, to: number, start: number, length: number): number {
  if (from < start) return from - start;
  return to > start + length ? Math.min(from - start, to - start - length) : 0;
}
