/** Which scale which map is drawn with. Scales that are equal are the same object, so that nothing is drawn again. */
import type { MapInfo, ProbeInfo } from "../api-types";
import type { Display } from "./choice";
import { columnsOf, currentColumn, subjectOf, type Column } from "./columns";
import { memo, perObject } from "./memo";
import { Recent } from "./recent";
import { largestSize, leastEnd, makeScale, scaleKey, type Scale } from "./scale";
import type { ProbeMaps, State } from "./state";

interface Extent {
  /** Any of the maps: all of a column mean the same. */
  info: MapInfo;
  largest: number;
}

/**
 * The scale of all maps that share the column's visualization and quantity; without a column that of the current one.
 * Null before the first map.
 */
export function scaleOf(state: State, column: Column | null = currentColumn(state)): Scale | null {
  const first = column && (extentOf(state.maps.get(column.id)) ?? otherExtent(state, column));
  if (!column || !first || first.info.height === null) return null;
  return scaled(state, first.info, viewEnd(state, column, first));
}

/** The scale of one probe's maps: in the mode "probe" that of all its maps in view, else that of all probes. */
export function scaleFor(state: State, column: Column, probe: ProbeInfo): Scale | null {
  if (state.choice.scale !== "probe") return scaleOf(state, column);
  const of = (one: Column): MapInfo[] => infosOf(state.maps.get(one.id)?.get(probe.id));
  const infos = sharing(state, column).flatMap(of);
  const first = of(column)[0] ?? infos[0];
  if (!first) return scaleOf(state, column);
  const alike = infos.filter((one) => one.quantity === first.quantity);
  return first.height === null ? null : scaled(state, first, largestSize(alike));
}

/** The scale of the differences of two maps that share one: signed, its colours as wide; two signed maps may differ more. */
export function differenceScale(scale: Scale): Scale {
  const end = scale.signed ? 2 * scale.end : scale.end;
  return interned({ ...scale, end, quantity: `difference of ${scale.quantity}`, signed: true });
}

/** A difference is drawn without the picture, so that it is not taken for a map. */
export const differenceDisplay = perObject((display: Display): Display => {
  return { ...display, layer: display.layer === "picture" ? "picture" : "map" };
});

/** The end that the view's own maps call for, whatever was looked at before; null before the first map. */
export function endInView(state: State): number | null {
  const column = currentColumn(state);
  const first = column && (extentOf(state.maps.get(column.id)) ?? otherExtent(state, column));
  if (!column || !first) return null;
  const inView = extents(state).get(scaleKey(column.visualization.name, first.info))?.largest ?? 0;
  return Math.max(leastEnd(first.info.quantity), inView);
}

/** Several columns may have scales of their own, where methods measure different things. */
export function severalScales(state: State): boolean {
  const first = scaleOf(state);
  return columnsOf(state).some((one) => scaleOf(state, one)?.quantity !== first?.quantity);
}

function viewEnd(state: State, column: Column, first: Extent): number {
  const { choice, ends } = state;
  if (choice.scale === "manual" && choice.end !== null) return choice.end;
  const key = scaleKey(column.visualization.name, first.info);
  const inView = Math.max(first.largest, extents(state).get(key)?.largest ?? 0);
  if (!choice.locked) return inView;
  return Math.max(leastEnd(first.info.quantity), inView, ends[key] ?? 0);
}

/** Of all columns in view, by `scaleKey`: two models may answer the same question in other quantities. */
const extents = memo(
  (state: State) => [state.maps, columnsOf(state)],
  (state) => {
    const found = new Map<string, Extent>();
    for (const { id, visualization } of columnsOf(state)) {
      const extent = extentOf(state.maps.get(id));
      if (!extent) continue;
      const key = scaleKey(visualization.name, extent.info);
      if (extent.largest >= (found.get(key)?.largest ?? 0)) found.set(key, extent);
    }
    return found;
  },
);

/** Columns of the view whose maps may be compared with those of `column`. */
function sharing(state: State, column: Column): Column[] {
  const others = columnsOf(state).filter((one) => one.visualization.name === column.visualization.name);
  return others.some((one) => one.id === column.id) ? others : [column, ...others];
}

/** A column without maps borrows the meaning of others, so that the legend stays while a slider moves. */
function otherExtent(state: State, column: Column): Extent | null {
  const { name } = column.visualization;
  const inView = columnsOf(state).filter((one) => one.visualization.name === name);
  for (const { id } of inView) {
    const extent = extentOf(state.maps.get(id));
    if (extent) return extent;
  }
  for (const [id, maps] of [...state.maps].reverse()) {
    const extent = subjectOf(id).visualization === name ? extentOf(maps) : null;
    if (extent) return { ...extent, largest: 0 };
  }
  return null;
}

function scaled({ choice }: State, info: MapInfo, end: number): Scale {
  return interned(makeScale(info, end, choice.display.clip, choice.display.threshold));
}

function extentOf(probes: ProbeMaps | undefined): Extent | null {
  return probes ? extentOfProbes(probes) : null;
}

const extentOfProbes = perObject((probes: ProbeMaps): Extent | null => {
  const infos = [...probes.values()].flatMap(infosOf);
  const info = infos[0];
  return info ? { info, largest: largestSize(infos) } : null;
});

function infosOf(entries: Iterable<{ info: MapInfo | null }> | undefined): MapInfo[] {
  return [...(entries ?? [])].flatMap(({ info }) => info ?? []);
}

const known = new Recent<string, Scale>(1000, () => 1);

function interned(scale: Scale): Scale {
  const key = JSON.stringify(scale);
  const same = known.get(key) ?? scale;
  known.set(key, same);
  return same;
}
