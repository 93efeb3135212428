/** What is known of one place of an occlusion map: the patch there, and the prediction with it. */
import type { NumberArray } from "./npy";
import type { View } from "./paint";

/** In pixels of what was painted on; bottom and right are just outside. */
export interface Patch {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** Row and column of a patch among the positions. */
export interface Position {
  row: number;
  column: number;
}

/** A place in a map, in shares of it. */
export interface Place {
  down: number;
  right: number;
}

/** The patches of an occlusion: on the model's input, or on the squashed picture. */
export interface Patches {
  height: number;
  width: number;
  rows: readonly Span[];
  columns: readonly Span[];
}

export interface Span {
  start: number;
  end: number;
}

/** Probability of a class with the patch in place and without it; of a model without classes, its value. */
export interface ClassShares {
  index: number;
  covered: number;
  untouched: number;
}

export interface CoveredPrediction {
  /** The most probable of the classes kept, before and after. */
  before: ClassShares;
  after: ClassShares;
  target: ClassShares | null;
  /** By the larger of the two probabilities. */
  classes: readonly ClassShares[];
  /** Another class than those kept may be the most probable now. */
  unsure: boolean;
}

/** What occlusion keeps beside its map, by name. */
export type Arrays = ReadonlyMap<string, NumberArray>;

export const COVERED_ARRAYS = [
  "kept_classes",
  "position_logits",
  "untouched_logits",
  "position_log_normalizer",
  "untouched_log_normalizer",
] as const;

/** Whether covered predictions can be worked out from what is kept beside a map. */
export function keepsPositions(arrays: readonly string[]): boolean {
  return COVERED_ARRAYS.slice(0, 3).every((name) => arrays.includes(name));
}

/**
 * The patches of these settings, null where they are none of an occlusion.
 *
 * As in visualizations/occlusion.py, to the last bit: window = round(share x side), halves to even; starts are evenly
 * spread centres, cut off, less half a window.
 */
export function patchesOf(settings: Record<string, unknown>, height: number, width: number): Patches | null {
  const { window, positions, space, picture_size: size } = settings;
  if (typeof window !== "number" || typeof positions !== "number") return null;
  const squashed = space === "picture" && typeof size === "number" ? size : null;
  const [painted, across] = [squashed ?? height, squashed ?? width];
  return {
    height: painted,
    width: across,
    rows: spans(painted, window, positions),
    columns: spans(across, window, positions),
  };
}

function spans(side: number, share: number, positions: number): Span[] {
  const window = Math.max(1, roundHalfEven(share * side));
  const half = Math.floor(window / 2);
  const last = side - half;
  const step = (last - half) / (positions - 1);
  return Array.from({ length: positions }, (_, index) => {
    const centre = index === positions - 1 ? last : index * step + half;
    const start = Math.trunc(centre) - half;
    return { start, end: Math.min(start + window, side) };
  });
}

/** As Python's `round`. */
export function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** The middle of a map's pixel. */
export function placeOf({ row, column }: Position, height: number, width: number): Place {
  return { down: (row + 0.5) / height, right: (column + 0.5) / width };
}

/** The patch whose middle is nearest to a place, given in shares of the height and width. */
export function nearestPosition({ rows, columns, height, width }: Patches, down: number, right: number): Position {
  return { row: nearest(rows, down * height), column: nearest(columns, right * width) };
}

function nearest(all: readonly Span[], at: number): number {
  let best = 0;
  let least = Infinity;
  all.forEach(({ start, end }, index) => {
    const distance = start < end ? Math.abs((start + end) / 2 - at) : Infinity;
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}

/** One step on, but never to a patch that covers no pixel. */
export function movedPosition(patches: Patches, from: Position, down: number, right: number): Position {
  const { rows, columns } = patches;
  return { row: moved(rows, from.row, down), column: moved(columns, from.column, right) };
}

function moved(all: readonly Span[], from: number, by: number): number {
  const to = Math.min(all.length - 1, Math.max(0, from + by));
  const span = all[to];
  return span && span.start < span.end ? to : from;
}

export function patchAt({ rows, columns }: Patches, { row, column }: Position): Patch {
  const [down, right] = [rows[row], columns[column]];
  if (!down || !right) throw new Error(`Expected a position. Received: ${row}, ${column}`);
  return { top: down.start, bottom: down.end, left: right.start, right: right.end };
}

/** The patch in the pixels of another picture of the same, such as a map: to the fraction. */
export function scaledPatch(patch: Patch, from: Patches, height: number, width: number): Patch {
  const [down, right] = [height / from.height, width / from.width];
  return {
    top: patch.top * down,
    bottom: patch.bottom * down,
    left: patch.left * right,
    right: patch.right * right,
  };
}

/** The prediction with the patch at a position; null where it was not measured. */
export function coveredPrediction(
  arrays: Arrays,
  classes: number,
  target: number,
  { row, column }: Position,
): CoveredPrediction | null {
  const kept = arrays.get("kept_classes")?.values;
  const logits = arrays.get("position_logits");
  const untouched = arrays.get("untouched_logits")?.values;
  if (!kept || !logits || !untouched) return null;
  const [, rows = 0, columns = 0] = logits.shape;
  const place = row * columns + column;
  const normalizer = arrays.get("position_log_normalizer")?.values[place];
  const whole = arrays.get("untouched_log_normalizer")?.values[0];
  const shares = Array.from(kept, (index, at): ClassShares => {
    const logit = logits.values[at * rows * columns + place] ?? NaN;
    const before = untouched[at] ?? NaN;
    if (classes === 1) return { index, covered: logit, untouched: before };
    return { index, covered: probabilityOf(logit, normalizer), untouched: probabilityOf(before, whole) };
  });
  const [first] = shares;
  if (!first || shares.some(({ covered }) => Number.isNaN(covered))) return null;
  const after = shares.reduce((best, one) => (one.covered > best.covered ? one : best), first);
  const before = shares.reduce((best, one) => (one.untouched > best.untouched ? one : best), first);
  const rest = normalizer === undefined ? 1 : 1 - shares.reduce((sum, one) => sum + one.covered, 0);
  return {
    before,
    after,
    target: shares.find((one) => one.index === target) ?? null,
    classes: shares.sort((one, other) => larger(other) - larger(one)),
    unsure: kept.length < classes && rest > after.covered,
  };
}

function larger({ covered, untouched }: ClassShares): number {
  return Math.max(covered, untouched);
}

/** Of a softmax where there is a normalizer, else of a sigmoid. */
function probabilityOf(logit: number, normalizer: number | undefined): number {
  return normalizer === undefined ? 1 / (1 + Math.exp(-logit)) : Math.exp(logit - normalizer);
}

/** How much of a map lies in a region: the share of all its size, and of its area. */
export interface RegionShare {
  effect: number;
  area: number;
}

/** Null where the map has no effect at all, of which no share can be taken. */
export function regionShare(values: Float32Array, inside: Uint8Array): RegionShare | null {
  let [all, within, measured, area] = [0, 0, 0, 0];
  values.forEach((value, index) => {
    if (Number.isNaN(value)) return;
    const size = Math.abs(value);
    all += size;
    measured += 1;
    if (!inside[index]) return;
    within += size;
    area += 1;
  });
  return all > 0 ? { effect: within / all, area: area / measured } : null;
}

/** A mask as values of a map's pixels: each takes the mask's value where its middle lies. */
export function maskOnMap(
  mask: { data: ArrayLike<number>; height: number; width: number },
  height: number,
  width: number,
): Uint8Array {
  const inside = new Uint8Array(height * width);
  for (let row = 0; row < height; row++) {
    const from = Math.floor(((row + 0.5) * mask.height) / height) * mask.width;
    for (let column = 0; column < width; column++) {
      const at = from + Math.floor(((column + 0.5) * mask.width) / width);
      inside[row * width + column] = (mask.data[4 * at] ?? 0) > 127 ? 1 : 0;
    }
  }
  return inside;
}

/** No part smaller than this share of a side is shown. */
const SMALLEST = 1 / 64;

/** Zooms by a factor, keeping the place under the pointer (in shares of what is shown) where it is. */
export function zoomed(view: View, factor: number, down: number, right: number): View {
  const share = Math.min(1, Math.max(SMALLEST, view.height / factor));
  return within({
    top: view.top + down * (view.height - share),
    left: view.left + right * (view.width - share),
    height: share,
    width: share,
  });
}

/** Moves what is shown by shares of what is shown. */
export function panned(view: View, down: number, right: number): View {
  return within({ ...view, top: view.top + down * view.height, left: view.left + right * view.width });
}

function within(view: View): View {
  return {
    ...view,
    top: Math.min(1 - view.height, Math.max(0, view.top)),
    left: Math.min(1 - view.width, Math.max(0, view.left)),
  };
}
