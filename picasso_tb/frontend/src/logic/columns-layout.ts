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
/** A strip by step is at most so many times as long as the same strip by checkpoint. */
const LONGEST = 3;

/** Evenly: as wide as the room allows, up to `widest`, and never too narrow to be read. */
export function evenly(count: number, room: number, widest: number): Layout {
  const pitch = Math.max(NARROWEST + GAP, Math.min(widest + GAP, Math.floor((room + GAP) / Math.max(1, count))));
  const lefts = Array.from({ length: count }, (_, index) => index * pitch);
  const width = pitch - GAP;
  return { lefts, width, total: Math.max(0, count * pitch - GAP), marks: lefts.map((left) => left + width / 2) };
}

/**
 * By step: equal steps take equal room. Columns are as narrow as it takes to fit the two closest checkpoints into the
 * room; where even the narrowest do not, the strip is as long as those need, up to a bound; beyond it, columns that would
 * overlap stand side by side, and `marks` tells where they belong.
 */
export function byStep(steps: readonly number[], room: number, widest: number): Layout {
  const first = steps[0] ?? 0;
  const span = (steps.at(-1) ?? 0) - first;
  if (steps.length < 2 || span <= 0) return evenly(steps.length, room, widest);
  const closest = Math.min(
    ...steps
      .slice(1)
      .map((step, index) => step - (steps[index] ?? step))
      .filter((gap) => gap > 0),
  );
  const share = closest / span;
  const fitting = Math.floor((share * room - GAP) / (1 + share));
  const { width, total: shortest } = evenly(steps.length, room, Math.max(NARROWEST, Math.min(widest, fitting)));
  const needed = (width + GAP) / share + width;
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
