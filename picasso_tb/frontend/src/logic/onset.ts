/** Since when maps respond: the question that only a series of checkpoints answers. */
import { plain, signed } from "./format";

/** A median peak counts as a response from this share of the end that the maps in view call for. */
export const RESPONSE = 0.1;

export type Onset =
  /** From the column at `index` on, the first whose median peak reaches the mark. */
  | { kind: "at"; index: number; before: number; value: number }
  /** Already in the first column. */
  | { kind: "always"; value: number }
  /** In no column. */
  | { kind: "never"; largest: number }
  /** A column before the first response is not known yet. */
  | { kind: "unknown" };

/** The middle one of the sizes; null where there are none. */
export function median(sizes: readonly number[]): number | null {
  const sorted = [...sizes].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** `peaks`: the median peak of each column, null where it is not known yet; `end`: of a scale of these columns. */
export function onsetOf(peaks: readonly (number | null)[], end: number): Onset {
  const mark = RESPONSE * end;
  const index = peaks.findIndex((peak) => peak === null || peak >= mark);
  const value = peaks[index];
  if (index < 0) return { kind: "never", largest: Math.max(0, ...peaks.map((peak) => peak ?? 0)) };
  if (value === null || value === undefined) return { kind: "unknown" };
  if (index === 0) return { kind: "always", value };
  return { kind: "at", index, value, before: peaks[index - 1] ?? 0 };
}

/** The onset as a sentence; null while it is not known. */
export function onsetWords(onset: Onset, steps: readonly number[]): string | null {
  switch (onset.kind) {
    case "at":
      return (
        `Maps first respond at step ${plain(steps[onset.index] ?? NaN)}: ` +
        `median peak ${signed(onset.before, false)} to ${signed(onset.value, false)}`
      );
    case "always":
      return `Maps respond from the first checkpoint on: median peak ${signed(onset.value, false)}`;
    case "never":
      return `Maps hardly respond at any checkpoint: median peak ${signed(onset.largest, false)} at most`;
    case "unknown":
      return null;
  }
}
