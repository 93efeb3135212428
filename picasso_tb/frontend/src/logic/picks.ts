/** Which of many checkpoints are columns. */
import type { CheckpointInfo } from "../api-types";
import type { Picks } from "./choice";

/** Those picked, in their order; the first, the last and `current` are always among the spread ones. */
export function picked(all: readonly CheckpointInfo[], picks: Picks, current: CheckpointInfo | null): CheckpointInfo[] {
  const chosen = indices(
    all.map((one) => one.step),
    picks,
  );
  if (!chosen) return [...all];
  return all.filter((one, index) => chosen.has(index) || one.id === current?.id);
}

/** Null for all. */
function indices(steps: readonly number[], picks: Picks): Set<number> | null {
  switch (picks.kind) {
    case "all":
      return null;
    case "steps":
      return new Set(steps.flatMap((step, index) => (picks.steps.includes(step) ? [index] : [])));
    case "even":
      return spread(steps.length, picks.count, (share) => share * (steps.length - 1));
    case "log":
      return spread(steps.length, picks.count, (share) => nearest(steps, logStep(steps, share)));
  }
}

function spread(available: number, count: number, place: (share: number) => number): Set<number> {
  const shares = Array.from({ length: count }, (_, index) => (count === 1 ? 1 : index / (count - 1)));
  const chosen = new Set(available ? shares.map((share) => Math.round(place(share))) : []);
  // Steps that fall on the same checkpoint leave room for the next ones.
  for (let index = 0; chosen.size < Math.min(count, available); index++) chosen.add(index);
  return chosen;
}

/** Evenly spaced in the logarithm of the steps since the first. */
function logStep(steps: readonly number[], share: number): number {
  const first = steps[0] ?? 0;
  const range = (steps.at(-1) ?? first) - first;
  return first + Math.expm1(share * Math.log1p(range));
}

function nearest(steps: readonly number[], wanted: number): number {
  let best = 0;
  steps.forEach((step, index) => {
    if (Math.abs(step - wanted) < Math.abs((steps[best] ?? Infinity) - wanted)) best = index;
  });
  return best;
}
