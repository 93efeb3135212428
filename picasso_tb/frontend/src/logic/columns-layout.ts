/** Where columns and rows of a film strip stand, and which of them are in sight. Pure: no element is measured here. */

export interface Layout {
  /** Left edge of each column, within the strip. */
  lefts: number[];
  /** Middle of each column's true place on the axis: the column's own middle unless it had to make room. */
  marks: number[];
  /** Of one column, without the gap. */
  width: number;
  /** Of all columns together. */
  total: number;
}

export const GAP = 6;
const NARROWEST = 72;
/** Few columns may be larger, and any on a wide page. */
const WIDEST = { few: 232, many: 168 };
const FEW = 4;
const WIDE = 1600;
/** A strip by step is at most so many times as long as the same strip by checkpoint. */
const LONGEST = 3;

/** Evenly: as wide as the room allows, within what can be read and what is still a strip. */
export function evenly(count: number, room: number): Layout {
  const widest = count <= FEW || room > WIDE ? WIDEST.few : WIDEST.many;
  const pitch = Math.max(NARROWEST + GAP, Math.min(widest + GAP, Math.floor((room + GAP) / Math.max(1, count))));
  const lefts = Array.from({ length: count }, (_, index) => index * pitch);
  const width = pitch - GAP;
  return { lefts, width, total: Math.max(0, count * pitch - GAP), marks: lefts.map((left) => left + width / 2) };
}

/**
 * By step: equal steps take equal room. The strip is as long as the two closest checkpoints need, up to a bound; beyond
 * it, columns that would overlap stand side by side, and `marks` tells where they belong.
 */
export function byStep(steps: readonly number[], room: number): Layout {
  const { width, total: shortest } = evenly(steps.length, room);
  const first = steps[0] ?? 0;
  const span = (steps.at(-1) ?? 0) - first;
  if (steps.length < 2 || span <= 0) return evenly(steps.length, room);
  const closest = Math.min(
    ...steps
      .slice(1)
      .map((step, index) => step - (steps[index] ?? step))
      .filter((gap) => gap > 0),
  );
  const needed = ((width + GAP) * span) / closest + width;
  const total = Math.max(shortest, room, Math.min(needed, LONGEST * Math.max(shortest, room)));
  const places = steps.map((step) => ((step - first) / span) * (total - width));
  return {
    lefts: spread(places, width + GAP, total - width),
    marks: places.map((left) => left + width / 2),
    width,
    total,
  };
}

/** Moves places apart until each pair is at least `pitch` apart, none beyond `last`: first to the right, then back. */
function spread(places: readonly number[], pitch: number, last: number): number[] {
  const moved: number[] = [];
  for (const place of places) moved.push(Math.max(place, (moved.at(-1) ?? -Infinity) + pitch));
  for (let index = moved.length - 1, limit = last; index >= 0; index--, limit -= pitch) {
    moved[index] = Math.min(moved[index] ?? 0, limit);
    limit = moved[index] ?? limit;
  }
  return moved;
}

/** From the first to one past the last of `starts` (rising; each `size` long) that touch `from`..`to`. */
export function inSight(
  starts: readonly number[],
  size: (index: number) => number,
  from: number,
  to: number,
): [number, number] {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) + size(middle) < from) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < starts.length && (starts[end] ?? Infinity) <= to) end++;
  return [low, end];
}
