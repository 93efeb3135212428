/** What to ask next: the maps in view first, then the rest of the view, then the neighbour checkpoints. */
import type { MapEntry, MapInfo, ProbeInfo } from "../api-types";
import { checkpointColumns, columnsOf, neighbourColumns, type Column } from "./columns";
import { askable, passesPerProbe } from "./cost";
import { entryOf, previousColumn, probesInView } from "./shown";
import type { State } from "./state";

/** What a view says is visible just now: ids of columns and of probes. */
export interface InView {
  columns: readonly string[];
  probes: readonly string[];
}

export interface Ask {
  column: string;
  probes: string[];
  /** 0 in view, 1 in the rest of the view, 2 beside it. */
  urgency: number;
}

/** Passes through the network that the rest of a view, or its neighbours, may cost without being asked for. */
const UNASKED = 100_000;
/** Probes of one request, so that what is scrolled to does not wait long. */
const CHUNK = 48;

/** The most urgent first; nothing is asked for that is known, under way, or has failed. */
export function planOf(state: State, inView: InView | null): Ask[] {
  if (state.stopped || state.server === "down") return [];
  const columns = distinct(columnsOf(state));
  const visible = inView ? new Set(inView.columns) : null;
  const seen = inView ? new Set(inView.probes) : null;
  const near = inSight(columns, visible);
  const urgent = near.flatMap((one) => asks(state, one, 0, (probe) => !seen?.size || seen.has(probe)));
  const rest = columns.flatMap((one) => asks(state, one, 1, () => true));
  const beside = [...neighbours(state, seen), ...strip(state, visible, seen)];
  return [...urgent, ...affordable(state, rest), ...beside].filter(notTwice());
}

/** Maps that are known, and drawn of what is in view. */
export function knownInView(state: State, inView: InView | null): MapInfo[] {
  const { view, columns, rank } = state.choice;
  const inGallery = view === "grid" && columns === "none"; // which draws every target
  const visible = inView ? new Set(inView.columns) : null;
  const probes = probesInView(state).filter(({ id }) => !inView?.probes.length || inView.probes.includes(id));
  const drawn = (column: Column, probe: ProbeInfo): readonly MapEntry[] =>
    inGallery
      ? (state.maps.get(column.id)?.get(probe.id) ?? [])
      : [entryOf(state, column, probe, rank)].flatMap((one) => one ?? []);
  return inSight(columnsOf(state), visible).flatMap((column) =>
    probes.flatMap((probe) => drawn(column, probe).flatMap(({ info }) => info ?? [])),
  );
}

/** The columns in view, the current one first; all where a view has not told, or shows none of them yet. */
function inSight(columns: readonly Column[], visible: ReadonlySet<string> | null): Column[] {
  const first = columns.filter((one) => !visible || visible.has(one.id)).sort(currentFirst);
  return first.length ? first : [...columns];
}

/** Columns that the view, or its neighbourhood, has a use for. */
export function needed(state: State, inView: InView | null): Set<string> {
  const columns = [...columnsOf(state), ...neighbourColumns(state)].map((one) => one.id);
  return new Set([...columns, ...(inView?.columns ?? [])]);
}

/** How many maps of the view are not computed unless the user asks for all. */
export function leftOut(state: State): number {
  const rest = distinct(columnsOf(state)).flatMap((one) => asks(state, one, 1, () => true));
  if (affordable(state, rest).length === rest.length) return 0;
  return rest.reduce((sum, one) => sum + one.probes.length, 0);
}

/** In Inspect the checkpoints in sight under the large map, of its probe. */
function strip(state: State, visible: ReadonlySet<string> | null, seen: ReadonlySet<string> | null): Ask[] {
  if (state.choice.view !== "inspect" || !visible || !seen?.size) return [];
  const columns = checkpointColumns(state).filter((one) => visible.has(one.id));
  return affordable(
    state,
    columns.flatMap((one) => asks(state, one, 2, (probe) => seen.has(probe))),
  );
}

/** Of the checkpoint before, all that a sort by change needs; else what is visible. */
function neighbours(state: State, seen: ReadonlySet<string> | null): Ask[] {
  if (state.choice.columns !== "none" && state.choice.view === "grid") return [];
  const before = state.choice.order === "change" ? previousColumn(state).map((one) => one.id) : [];
  const found = neighbourColumns(state).flatMap((one) =>
    asks(state, one, 2, (probe) => before.includes(one.id) || !seen?.size || seen.has(probe)),
  );
  return passesOf(state, found) > UNASKED ? found.filter((one) => before.includes(one.column)) : found;
}

function affordable(state: State, rest: Ask[]): Ask[] {
  return state.everything || passesOf(state, rest) <= UNASKED ? rest : [];
}

function passesOf(state: State, wanted: readonly Ask[]): number {
  const known = passesPerProbe(state);
  const passes = ({ visualization }: Column): number => known.get(visualization.name) ?? visualization.default_passes;
  const each = new Map(columnsOf(state).map((one) => [one.id, passes(one)]));
  const usual = Math.max(1, ...each.values());
  return wanted.reduce((sum, one) => sum + one.probes.length * (each.get(one.column) ?? usual), 0);
}

/** Requests for the column's probes that are still missing. */
function asks(state: State, column: Column, urgency: number, wanted: (probe: string) => boolean): Ask[] {
  const job = state.jobs.get(column.id);
  if (job?.phase === "refused" || job?.phase === "cancelled") return [];
  const underWay = new Set(job?.phase === "asking" || job?.phase === "computing" ? job.probes : []);
  const known = state.maps.get(column.id);
  const missing = askable(state, column).filter((probe) => {
    const open = known?.get(probe)?.some((entry) => entry.state === "pending") ?? true;
    return open && !underWay.has(probe) && wanted(probe);
  });
  const chunks: Ask[] = [];
  for (let from = 0; from < missing.length; from += CHUNK) {
    chunks.push({ column: column.id, probes: missing.slice(from, from + CHUNK), urgency });
  }
  return chunks;
}

/** A probe that is asked for urgently is not asked for again with the rest. */
function notTwice(): (ask: Ask) => boolean {
  const asked = new Map<string, Set<string>>();
  return (ask) => {
    const before = asked.get(ask.column) ?? new Set<string>();
    asked.set(ask.column, before);
    ask.probes = ask.probes.filter((probe) => !before.has(probe));
    for (const probe of ask.probes) before.add(probe);
    return ask.probes.length > 0;
  };
}

function distinct(columns: readonly Column[]): Column[] {
  return [...new Map(columns.map((one) => [one.id, one])).values()];
}

function currentFirst(one: Column, other: Column): number {
  return Number(other.current) - Number(one.current);
}
