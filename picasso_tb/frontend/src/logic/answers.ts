/** What the server's answers do to the state: maps by column and probe, jobs by column, bounded. */
import type { Catalogue, ErrorInfo, JobStatus, MapEntry, MapInfo, Outcome } from "../api-types";
import { columnsOf, subjectOf } from "./columns";
import { largestSize, scaleKey } from "./scale";
import type { Job, ProbeMaps, State } from "./state";

/** Maps kept of columns that are not in view. */
const KEPT_MAPS = 10_000;
const KEPT_COSTS = 64;

export function asking(state: State, column: string, probes: readonly string[]): State {
  const job: Job = { id: null, phase: "asking", probes, status: null, error: null };
  return { ...state, jobs: new Map(state.jobs).set(column, job) };
}

export function answered(state: State, column: string, maps: readonly MapEntry[], id: string | null): State {
  const byProbe = new Map<string, MapEntry[]>();
  for (const entry of maps) byProbe.set(entry.probe, [...(byProbe.get(entry.probe) ?? []), entry]);
  for (const entries of byProbe.values()) entries.sort((one, other) => one.rank - other.rank);
  const merged = new Map([...(state.maps.get(column) ?? []), ...byProbe]);
  const next = withMaps(state, column, merged);
  return withEnds(withJob(next, column, { id, phase: id === null ? "done" : "computing" }), [column]);
}

export function refused(state: State, column: string, error: ErrorInfo): State {
  return withJob(state, column, { id: null, phase: "refused", error });
}

export function progressed(state: State, column: string, status: JobStatus): State {
  const finished = new Map([...status.previews, ...status.finished].map((outcome) => [outcome.key, outcome]));
  const phase = status.state === "done" || status.state === "cancelled" ? status.state : "computing";
  const open = phase === "computing" ? state : withoutCost(state, column);
  const next = withJob(open, column, { status, phase, id: phase === "computing" ? status.id : null });
  const old = state.maps.get(column);
  if (!finished.size || !old) return next;
  const fresh = new Map(old);
  for (const [probe, entries] of old) {
    if (entries.some((entry) => finished.has(entry.key))) {
      fresh.set(
        probe,
        entries.map((entry) => withOutcome(entry, finished.get(entry.key))),
      );
    }
  }
  return withEnds(withMaps(next, column, fresh), [column]);
}

/** A preview stands in for the answer while it is pending. */
function withOutcome(entry: MapEntry, outcome: Outcome | undefined): MapEntry {
  if (!outcome || entry.state === "done") return entry;
  const { state, info, error } = outcome;
  if (state !== "preview") return { ...entry, state, info, error };
  return entry.info?.key === info?.key ? entry : { ...entry, info };
}

export function dropped(state: State, column: string): State {
  const jobs = new Map(state.jobs);
  jobs.delete(column);
  return { ...state, jobs };
}

/** What was finished stays; the rest waits for the user. */
export function cancelled(state: State): State {
  const jobs = [...state.jobs].map(([column, job]): [string, Job] => {
    const under = job.phase === "asking" || job.phase === "computing";
    return [column, under ? { ...job, id: null, phase: "cancelled" } : job];
  });
  return { ...state, stopped: true, everything: false, jobs: new Map(jobs), costs: new Map() };
}

/** Another question begins anew what an earlier one's cancelling had stopped. */
export function resumed(before: State, after: State): State {
  if (!after.stopped && !after.everything) return after;
  const ids = (state: State): string =>
    columnsOf(state)
      .map((one) => one.id)
      .join();
  return ids(before) === ids(after) ? after : { ...again(after), everything: false };
}

/** Everything that was cancelled, refused or failed is open again. */
export function again(state: State): State {
  const jobs = [...state.jobs].filter(([, { phase }]) => phase === "asking" || phase === "computing");
  return { ...withoutFailures(state), stopped: false, jobs: new Map(jobs) };
}

/** A server that comes back knows none of the jobs, and may do what it could not before. */
export function afterReconnect(state: State): State {
  const fresh = withoutFailures({ ...state, jobs: new Map(), costs: new Map() });
  return { ...fresh, server: "up", connections: state.connections + 1 };
}

/** Maps of a visualization that has changed are others; with a way to compute, what could not be is open again. */
export function withCatalogue(state: State, catalogue: Catalogue): State {
  const old = state.catalogue;
  if (!old || old === catalogue) return { ...state, catalogue };
  const versions = new Map(catalogue.visualizations.map((one) => [one.name, one.version]));
  const changed = new Set(
    old.visualizations.filter((one) => versions.get(one.name) !== one.version).map((one) => one.name),
  );
  const stays = (column: string): boolean => !changed.has(subjectOf(column).visualization);
  const maps = new Map([...state.maps].filter(([column]) => stays(column)));
  const jobs = new Map([...state.jobs].filter(([column]) => stays(column)));
  const next = { ...state, catalogue, maps, jobs, costs: new Map() };
  return catalogue.compute.available && !old.compute.available ? again(next) : next;
}

function withoutFailures(state: State): State {
  const maps = [...state.maps].map(([column, probes]): [string, ProbeMaps] => {
    const open = [...probes].filter(([, entries]) => entries.every((entry) => entry.state !== "failed"));
    return [column, open.length < probes.size ? new Map(open) : probes];
  });
  return { ...state, maps: new Map(maps) };
}

/** More of the column is known now than when its cost was estimated. */
function withoutCost(state: State, column: string): State {
  const begin = column.slice(0, -1); // a question is the column's subject and its probes, as JSON
  const costs = new Map([...state.costs].filter(([key]) => !key.startsWith(begin)));
  return costs.size < state.costs.size ? { ...state, costs } : state;
}

function withJob(state: State, column: string, change: Partial<Job>): State {
  const job = state.jobs.get(column);
  if (!job) return state;
  return { ...state, jobs: new Map(state.jobs).set(column, { ...job, ...change }) };
}

/** The column's maps last, as those used most recently; of columns out of view the first leave. */
function withMaps(state: State, column: string, probes: ProbeMaps): State {
  const maps = new Map(state.maps);
  maps.delete(column);
  maps.set(column, probes);
  let kept = 0;
  for (const one of maps.values()) kept += one.size;
  if (kept <= KEPT_MAPS) return { ...state, maps };
  const inView = new Set(columnsOf(state).map((one) => one.id));
  const jobs = new Map(state.jobs);
  for (const [id, one] of maps) {
    if (kept <= KEPT_MAPS) break;
    if (id === column || inView.has(id)) continue;
    maps.delete(id);
    jobs.delete(id);
    kept -= one.size;
  }
  return { ...state, maps, jobs };
}

/** Lets the locked scales grow to hold what came in some columns, or in all; see scale.ts. */
export function withEnds(state: State, columns: Iterable<string> = state.maps.keys()): State {
  if (!state.choice.locked || state.choice.scale === "manual") return state;
  let { ends } = state;
  let { end: linked, otherEnds } = state.choice;
  for (const column of columns) {
    const { visualization } = subjectOf(column);
    const infos = doneInfos(state.maps.get(column));
    const first = infos[0];
    if (!first || first.height === null) continue;
    const key = scaleKey(visualization, first);
    const isCurrent = visualization === state.choice.visualization;
    const brought = (isCurrent ? linked : otherEnds[visualization]) ?? 0;
    const end = Math.max(ends[key] ?? 0, brought, largestSize(infos));
    if (brought && isCurrent) linked = null;
    else if (brought)
      otherEnds = Object.fromEntries(Object.entries(otherEnds).filter(([name]) => name !== visualization));
    if (end !== ends[key]) ends = { ...ends, [key]: end };
  }
  const taken = linked !== state.choice.end || otherEnds !== state.choice.otherEnds;
  const choice = taken ? { ...state.choice, end: linked, otherEnds } : state.choice;
  return ends === state.ends && choice === state.choice ? state : { ...state, ends, choice };
}

export function doneInfos(probes: ProbeMaps | undefined): MapInfo[] {
  return [...(probes?.values() ?? [])].flatMap((entries) =>
    entries.flatMap((entry) => (entry.state === "done" && entry.info ? [entry.info] : [])),
  );
}

/** With one more, without the oldest beyond the bound. */
export function bounded<V>(old: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  const next = new Map(old);
  next.delete(key);
  next.set(key, value);
  for (const oldest of next.keys()) {
    if (next.size <= KEPT_COSTS) break;
    next.delete(oldest);
  }
  return next;
}
