/** Probes with what is known of them in a column; which of them are shown, and in which order. */
import type { MapEntry, MapInfo, ProbeInfo } from "../api-types";
import type { Choice } from "./choice";
import { comparedColumns, currentColumn, neighbourColumns, type Column } from "./columns";
import { memo } from "./memo";
import { peakValue } from "./scale";
import { scaleOf } from "./scales";
import { className, isWrong, modelOf, probesOf } from "./select";
import type { ProbeMaps, State } from "./state";
import { entryAt } from "./strip";

/** From this probability a wrong prediction is a confident one. */
export const CONFIDENT = 0.9;
const NO_MAPS: ProbeMaps = new Map();

/** A probe with its maps in a column, one a target. */
export interface Shown {
  probe: ProbeInfo;
  maps: readonly MapEntry[];
  prediction: { classIndex: number; probability: number } | null;
  /** Null without a label or before the prediction is known. */
  wrong: boolean | null;
  noEffect: boolean;
  /** Largest size of any of its maps. */
  peak: number;
}

/** Of every probe of the run, in the order in which they were logged; the same objects while nothing changes. */
export function shownOf(state: State, column: Column): readonly Shown[] {
  const probes = probesOf(state);
  const maps = state.maps.get(column.id) ?? NO_MAPS;
  const threshold = scaleOf(state, column)?.threshold ?? null;
  const key = `${column.rank ?? ""} ${column.name}`;
  const last = remembered.get(key);
  const values = [probes, maps, threshold, column.rank];
  if (last && values.every((value, index) => value === last.values[index])) return last.shown;
  const before = new Map(last && last.values[2] === threshold ? last.shown.map((one) => [one.probe, one]) : []);
  const shown = probes.map((probe) => {
    const entries = (maps.get(probe.id) ?? []).filter(({ rank }) => column.rank === null || rank === column.rank);
    const old = before.get(probe);
    return old && sameEntries(old.maps, entries) ? old : describe(probe, entries, threshold);
  });
  remembered.delete(key);
  remembered.set(key, { values, shown });
  for (const oldest of remembered.keys()) {
    if (remembered.size <= MOST_REMEMBERED) break;
    remembered.delete(oldest);
  }
  return shown;
}

const MOST_REMEMBERED = 500;
const remembered = new Map<string, { values: unknown[]; shown: readonly Shown[] }>();

function sameEntries(one: readonly MapEntry[], other: readonly MapEntry[]): boolean {
  return one.length === other.length && one.every((entry, index) => entry === other[index]);
}

function describe(probe: ProbeInfo, maps: readonly MapEntry[], threshold: number | null): Shown {
  const infos = infosOf(maps);
  const top = infos[0]?.predictions[0];
  const peak = Math.max(0, ...infos.map((info) => Math.abs(peakValue(info) ?? 0)));
  return {
    probe,
    maps,
    prediction: top ? { classIndex: top.class_index, probability: top.probability } : null,
    wrong: isWrong(infos[0], probe),
    noEffect: threshold !== null && infos.length > 0 && peak < threshold,
    peak,
  };
}

function infosOf(maps: readonly MapEntry[]): MapInfo[] {
  return maps.flatMap((entry) => entry.info ?? []);
}

/** One map of a probe: the column's own where it shows one target, else that at `rank`; null before it was asked for. */
export function entryOf(state: State, column: Column, probe: ProbeInfo, rank = 0): MapEntry | null {
  return entryAt(state.maps.get(column.id)?.get(probe.id), column.rank ?? rank);
}

/** The probes that the view is about: in the grid with columns those selected, if any; in Inspect its one. */
export const probesInView = memo(
  (state: State) => {
    const { view, columns, selected, inspected } = state.choice;
    return [probesOf(state), view, columns, selected, inspected];
  },
  (state): readonly ProbeInfo[] => {
    const { view, columns, selected } = state.choice;
    const probes = probesOf(state);
    if (view === "inspect") return [inspectedProbe(state)].flatMap((one) => one ?? []);
    if (columns === "none") return probes;
    const chosen = probes.filter((one) => selected.includes(one.id));
    return chosen.length ? chosen : probes;
  },
);

export function inspectedProbe(state: State): ProbeInfo | null {
  const probes = probesOf(state);
  return probes.find((one) => one.id === state.choice.inspected) ?? probes[0] ?? null;
}

/** All that search and filters choose from: the view's probes, as the current column has them. */
export function candidatesOf(state: State): readonly Shown[] {
  const column = currentColumn(state);
  if (!column) return [];
  const inView = new Set(probesInView(state));
  return shownOf(state, column).filter((one) => inView.has(one.probe));
}

/** The rows of the view: its probes that match search and filters, in the order chosen. */
export function rowsOf(state: State): readonly Shown[] {
  return arranged(candidatesOf(state), state);
}

export function arranged(shown: readonly Shown[], state: State): Shown[] {
  const kept = shown.filter((one) => passes(one, state));
  const { order } = state.choice;
  if (order === "logged") return kept;
  const size = new Map(kept.map((one) => [one, sizeIn(order, one, state)]));
  return kept.sort((one, other) => (size.get(other) ?? -1) - (size.get(one) ?? -1));
}

function passes(one: Shown, state: State): boolean {
  const { filter, label } = state.choice;
  if (label !== null && one.probe.label !== label) return false;
  if (!found(one, state)) return false;
  switch (filter) {
    case "all":
      return true;
    case "wrong":
      return one.wrong === true;
    case "confident-wrong":
      return one.wrong === true && (one.prediction?.probability ?? 0) >= CONFIDENT;
    case "no-effect":
      return one.noEffect;
    case "uploaded":
      return one.probe.uploaded;
  }
}

/** Every word of the search stands in the probe's name, its label or its predicted class. */
function found({ probe, prediction }: Shown, state: State): boolean {
  const words = state.choice.search.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return true;
  const model = modelOf(state);
  const classes = [probe.label, prediction?.classIndex ?? null].flatMap((index) =>
    index === null ? [] : [className(model, index)],
  );
  const text = [probe.name, ...classes].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

function sizeIn(order: Exclude<Choice["order"], "logged">, one: Shown, state: State): number {
  switch (order) {
    case "confidence":
      return one.prediction?.probability ?? -1;
    case "peak":
      return one.maps.length ? one.peak : -1;
    case "change": {
      const [before] = previousColumn(state);
      return before ? changeOf(state, before, currentColumn(state), one) : -1;
    }
    case "different": {
      const [one_, other] = comparedColumns(state) ?? [];
      return one_ && other ? changeOf(state, one_, other, one) : -1;
    }
  }
}

/** The checkpoint before the current one, if there is one. */
export function previousColumn(state: State): Column[] {
  const step = currentColumn(state)?.checkpoint.step ?? -Infinity;
  return neighbourColumns(state).filter((one) => one.checkpoint.step < step);
}

/**
 * How much a probe differs between two columns: the largest difference of any class probability, or of the peaks as a
 * share of the scale, whichever is larger; -1 while unknown.
 */
function changeOf(state: State, one: Column, other: Column | null, { probe }: Shown): number {
  const before = entryOf(state, one, probe)?.info;
  const after = other && entryOf(state, other, probe)?.info;
  if (!before || !after) return -1;
  const then = new Map(before.predictions.map((each) => [each.class_index, each.probability]));
  const moved = after.predictions.map((each) => Math.abs(each.probability - (then.get(each.class_index) ?? 0)));
  const end = scaleOf(state, other)?.end ?? 1;
  const peaks = Math.abs((peakValue(after) ?? 0) - (peakValue(before) ?? 0)) / end;
  return Math.max(0, peaks, ...moved);
}
