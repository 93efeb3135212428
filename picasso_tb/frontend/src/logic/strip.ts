/** What a film strip says of its columns: how strong their maps are, and how a probe's class probabilities go. */
import type { MapEntry, MapInfo } from "../api-types";
import { median } from "./onset";
import { peakValue } from "./scale";

/** The maps of one column, by probe. */
export type ColumnMaps = ReadonlyMap<string, readonly MapEntry[]>;

export interface Strength {
  /** Median size of the maps' peaks; null before the first is known. */
  median: number | null;
  /** Whether every probe has its map, or a reason why not. */
  complete: boolean;
}

const NOTHING: Strength = { median: null, complete: false };
const strengths = new WeakMap<ColumnMaps, { probes: readonly string[]; rank: number; value: Strength }>();

/** Remembered by the identity of both lists: with many checkpoints, each answer changes one column only. */
export function strengthOf(maps: ColumnMaps | undefined, probes: readonly string[], rank: number): Strength {
  if (!maps) return NOTHING;
  const known = strengths.get(maps);
  if (known?.probes === probes && known.rank === rank) return known.value;
  const value = measure(maps, probes, rank);
  strengths.set(maps, { probes, rank, value });
  return value;
}

function measure(maps: ColumnMaps, probes: readonly string[], rank: number): Strength {
  const sizes: number[] = [];
  let complete = probes.length > 0;
  for (const probe of probes) {
    const entry = entryAt(maps.get(probe), rank);
    const peak = entry?.state === "done" && entry.info ? peakValue(entry.info) : null;
    if (peak !== null) sizes.push(Math.abs(peak));
    else if (entry?.state !== "failed" && entry?.state !== "done") complete = false;
  }
  return { median: median(sizes), complete };
}

/** The map of the target at `rank`, the first where there are fewer. */
export function entryAt(entries: readonly MapEntry[] | undefined, rank: number): MapEntry | null {
  return entries?.find((entry) => entry.rank === rank) ?? entries?.find((entry) => entry.rank === 0) ?? null;
}

/** A share of probability over columns. */
export interface ClassLine {
  classIndex: number;
  values: (number | null)[];
}

/** At most so many lines can be told apart. */
const LINES = 4;

/**
 * The probabilities of the classes that matter for a probe: the true one, those predicted in some column, then the most
 * probable others.
 */
export function classLines(infos: readonly (MapInfo | null)[], label: number | null): ClassLine[] {
  const largest = new Map<number, number>();
  for (const info of infos) {
    info?.predictions.forEach(({ class_index, probability }, place) => {
      const weight = probability + (place === 0 ? 1 : 0) + (class_index === label ? 2 : 0);
      largest.set(class_index, Math.max(weight, largest.get(class_index) ?? 0));
    });
  }
  const classes = [...largest].sort(([, one], [, other]) => other - one).slice(0, LINES);
  return classes.map(([classIndex]) => ({ classIndex, values: infos.map((info) => shareOf(info, classIndex)) }));
}

function shareOf(info: MapInfo | null, classIndex: number): number | null {
  return info?.predictions.find((one) => one.class_index === classIndex)?.probability ?? null;
}
