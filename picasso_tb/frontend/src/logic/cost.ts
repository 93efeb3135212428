/** What the view costs, before it is computed and while it is. */
import type { Estimate, MapsRequest, ProbeInfo } from "../api-types";
import { columnsOf, questionOf, type Column } from "./columns";
import { memo, perObject } from "./memo";
import { probesInView } from "./shown";
import type { Cost, Job, State } from "./state";

/** Columns whose estimate is asked for; of more the rest costs as much as these on average. */
const ASKED = 8;

export function costKey(question: MapsRequest): string {
  return JSON.stringify(question);
}

/** The questions whose estimates tell what the view costs. */
export const costQuestions = memo(
  (state: State) => [columnsOf(state), probesInView(state), state.contents],
  (state): MapsRequest[] => {
    const distinct = new Map(columnsOf(state).map((one) => [one.id, one]));
    const columns = [...distinct.values()];
    const first = columns.filter((one) => one.current);
    const asked = [...first, ...columns.filter((one) => !one.current)].slice(0, ASKED);
    return asked.flatMap((one) => {
      const probes = askable(state, one);
      return probes.length ? [questionOf(one.id, probes)] : [];
    });
  },
);

/** The view's probes that the column's run has. */
export function askable(state: State, { run }: Column): string[] {
  const probes = probesInView(state).map((one) => one.id);
  return run === state.choice.run ? probes : probes.filter((id) => hasProbe(state, run, id));
}

/** What a map costs with the settings chosen, by visualization, where an estimate has come. */
export const passesPerProbe = memo(
  (state: State) => [state.costs, costQuestions(state)],
  (state): ReadonlyMap<string, number> => {
    const known = costQuestions(state).map((question): [string, number | undefined] => [
      question.visualization,
      state.costs.get(costKey(question))?.value?.passes_per_probe,
    ]);
    return new Map(known.filter((one): one is [string, number] => one[1] !== undefined));
  },
);

export function hasProbe({ contents }: State, run: string, probe: string): boolean {
  const listed = contents.get(run)?.probes.probes;
  return listed !== undefined && idsOf(listed).has(probe);
}

const idsOf = perObject((probes: readonly ProbeInfo[]) => new Set(probes.map((one) => one.id)));

/** The estimate of the current column; undefined while it is awaited. */
export function costOf(state: State): Cost | undefined {
  const [question] = costQuestions(state);
  return question && state.costs.get(costKey(question));
}

export interface ViewCost {
  columns: number;
  probes: number;
  maps: number;
  known: number;
  passes: number;
  passesPerProbe: number;
  seconds: number | null;
}

/** Of all columns of the view; null while not every estimate has come. */
export function viewCost(state: State): ViewCost | null {
  const values = costQuestions(state).map((question) => state.costs.get(costKey(question))?.value);
  const known = values.filter((value): value is Estimate => Boolean(value));
  if (!known.length || known.length < values.length) return null;
  const columns = new Set(columnsOf(state).map((one) => one.id)).size;
  const times = columns / known.length;
  const sum = (pick: (one: Estimate) => number): number => known.reduce((total, one) => total + pick(one), 0);
  const unknown = known.some((one) => one.seconds === null);
  return {
    columns,
    probes: probesInView(state).length,
    maps: Math.round(times * sum((one) => one.maps)),
    known: Math.round(times * sum((one) => one.known)),
    passes: Math.round(times * sum((one) => one.passes)),
    passesPerProbe: Math.round(sum((one) => one.passes_per_probe) / known.length),
    seconds: unknown ? null : times * sum((one) => one.seconds ?? 0),
  };
}

/** How far the view is, over all its columns. */
export interface Progress {
  phase: Job["phase"];
  /** Of the job that runs. */
  words: string;
  since: number;
  mapsDone: number;
  maps: number;
  passesDone: number;
  passes: number;
  secondsLeft: number | null;
  /** Of the columns refused, each once. */
  errors: { columns: string[]; message: string }[];
  /** Maps that failed on their own, and why the first did. */
  failed: { maps: number; message: string };
}

/** Codes of what is not a fault: nothing can be computed here, or nobody waited. */
export const QUIET: ReadonlySet<string> = new Set(["cannot_compute", "cancelled"]);

export const progressOf = memo(
  (state: State) => [state.jobs, state.maps, state.stopped, columnsOf(state), probesInView(state)],
  (state): Progress | null => {
    const columns = columnsOf(state);
    const jobs = columns.flatMap((one) => state.jobs.get(one.id) ?? []);
    if (!jobs.length) return null;
    const running = jobs.filter((one) => one.phase === "asking" || one.phase === "computing");
    const statuses = running.flatMap((one) => one.status ?? []);
    const first = statuses.find((one) => one.state === "running") ?? statuses[0];
    const left = statuses.flatMap((one) => one.seconds_left ?? []);
    return {
      phase: phaseOf(jobs, running, state.stopped),
      words: first?.phase ?? "",
      since: first?.phase_seconds ?? 0,
      ...mapsOf(state, columns),
      passesDone: statuses.reduce((sum, one) => sum + one.passes_done, 0),
      passes: statuses.reduce((sum, one) => sum + one.passes, 0),
      secondsLeft: left.length ? Math.max(...left) : null,
      errors: errorsOf(state, columns),
      failed: failedOf(state, columns),
    };
  },
);

function phaseOf(jobs: readonly Job[], running: readonly Job[], stopped: boolean): Job["phase"] {
  if (running.some((one) => one.phase === "computing")) return "computing";
  if (stopped) return "cancelled";
  if (jobs.some((one) => one.phase === "refused")) return "refused";
  if (running.length) return "asking";
  return jobs.some((one) => one.phase === "cancelled") ? "cancelled" : "done";
}

function mapsOf(state: State, columns: readonly Column[]): { mapsDone: number; maps: number } {
  let mapsDone = 0;
  let maps = 0;
  const distinct = new Map(columns.map((one) => [one.id, one]));
  for (const column of distinct.values()) {
    const known = state.maps.get(column.id);
    for (const probe of askable(state, column)) {
      const entries = known?.get(probe);
      maps += entries?.length ?? 1;
      mapsDone += entries?.filter((one) => one.state !== "pending").length ?? 0;
    }
  }
  return { mapsDone, maps };
}

function failedOf(state: State, columns: readonly Column[]): Progress["failed"] {
  const distinct = new Map(columns.map((one) => [one.id, one]));
  const messages = [...distinct.values()].flatMap((column) =>
    askable(state, column).flatMap((probe) =>
      (state.maps.get(column.id)?.get(probe) ?? []).flatMap(({ error }) =>
        error && !QUIET.has(error.code) ? [error.message] : [],
      ),
    ),
  );
  return { maps: messages.length, message: messages[0] ?? "" };
}

function errorsOf(state: State, columns: readonly Column[]): Progress["errors"] {
  const byMessage = new Map<string, string[]>();
  for (const { id, title } of columns) {
    const message = state.jobs.get(id)?.error?.message;
    if (message) byMessage.set(message, [...(byMessage.get(message) ?? []), title]);
  }
  return [...byMessage].map(([message, titles]) => ({ columns: titles, message }));
}
