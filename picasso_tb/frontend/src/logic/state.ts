/** Everything the tab knows, and how each event changes it. Nothing here fetches, draws or reads a clock. */
import type { Catalogue, Checkpoints, ErrorInfo, Estimate, JobStatus, MapEntry, Probes, Runs } from "../api-types";
import * as answers from "./answers";
import { CHOICE, DISPLAY, type Choice, type Display } from "./choice";
import { knownRuns } from "./run-places";

/** Of one column, by probe: its targets' maps in the order of their ranks. */
export type ProbeMaps = ReadonlyMap<string, readonly MapEntry[]>;

/** What was last asked for a column. */
export interface Job {
  /** The server's name of it; null before it answered and where nothing had to be computed. */
  id: string | null;
  phase: "asking" | "computing" | "done" | "cancelled" | "refused";
  probes: readonly string[];
  status: JobStatus | null;
  error: ErrorInfo | null;
}

export interface Cost {
  value: Estimate | null;
  error: ErrorInfo | null;
}

export interface RunContents {
  checkpoints: Checkpoints;
  probes: Probes;
}

export interface State {
  server: "connecting" | "up" | "down";
  /** How often the server was found. */
  connections: number;
  catalogue: Catalogue | null;
  runs: Runs | null;
  /** Every run ever listed, in the order in which they came: a run's place gives its colour. */
  knownRuns: readonly string[];
  /** Of the runs that were opened, by name. */
  contents: ReadonlyMap<string, RunContents>;
  choice: Choice;
  /** By `costKey`. */
  costs: ReadonlyMap<string, Cost>;
  /** By `Column.id`, the column used longest ago first; bounded. */
  maps: ReadonlyMap<string, ProbeMaps>;
  /** By `Column.id`. */
  jobs: ReadonlyMap<string, Job>;
  /** Whether the user has stopped the computing of this view. */
  stopped: boolean;
  /** Whether the user wants all maps of this view, however many. */
  everything: boolean;
  /** Ends of locked scales by `scaleKey`. */
  ends: Readonly<Record<string, number>>;
  uploading: number;
  help: boolean;
  /** What went wrong last, until it is dismissed. */
  notice: string | null;
}

export const START: State = {
  server: "connecting",
  connections: 0,
  catalogue: null,
  runs: null,
  knownRuns: [],
  contents: new Map(),
  choice: CHOICE,
  costs: new Map(),
  maps: new Map(),
  jobs: new Map(),
  stopped: false,
  everything: false,
  ends: {},
  uploading: 0,
  help: false,
  notice: null,
};

export type Action =
  // From the server
  | { type: "server"; up: boolean }
  | { type: "catalogue"; catalogue: Catalogue }
  | { type: "runs"; runs: Runs }
  | ({ type: "run-loaded"; run: string } & RunContents)
  | { type: "run-gone"; run: string }
  | { type: "estimated"; key: string; cost: Cost }
  | { type: "asking"; column: string; probes: readonly string[] }
  | { type: "answered"; column: string; maps: readonly MapEntry[]; job: string | null }
  | { type: "refused"; column: string; error: ErrorInfo }
  | { type: "job"; column: string; status: JobStatus }
  /** Nobody looks at it any more, or the server has forgotten it. */
  | { type: "dropped"; column: string }
  | { type: "uploads"; change: 1 | -1 }
  // From this browser
  /** An added picture is being removed. */
  | { type: "forgotten"; probe: string }
  | { type: "known-runs"; names: readonly string[] }
  // From the user
  | { type: "choose"; choice: Partial<Choice> }
  | { type: "display"; display: Partial<Display> }
  | { type: "setting"; name: string; value: unknown }
  | { type: "reset-settings" }
  | { type: "reset-display" }
  | { type: "lock"; locked: boolean }
  | { type: "cancelled" }
  /** Asks again what was cancelled, refused or failed. */
  | { type: "compute" }
  | { type: "compute-all" }
  | { type: "help"; shown: boolean }
  | { type: "notice"; notice: string | null };

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "server":
      return action.up ? answers.afterReconnect(state) : { ...state, server: "down" };
    case "catalogue":
      return withDefaults(answers.withCatalogue(state, keep(state.catalogue, action.catalogue)));
    case "runs":
      return withRuns(state, action.runs);
    case "run-loaded":
      return withRun(state, action.run, action.checkpoints, action.probes);
    case "run-gone":
      return withoutRun(state, action.run);
    case "estimated":
      return { ...state, costs: answers.bounded(state.costs, action.key, action.cost) };
    case "asking":
      return answers.asking(state, action.column, action.probes);
    case "answered":
      return answers.answered(state, action.column, action.maps, action.job);
    case "refused":
      return answers.refused(state, action.column, action.error);
    case "job":
      return answers.progressed(state, action.column, action.status);
    case "dropped":
      return answers.dropped(state, action.column);
    case "uploads":
      return { ...state, uploading: state.uploading + action.change };
    case "forgotten":
      return withoutProbe(state, action.probe);
    case "known-runs":
      return { ...state, knownRuns: [...new Set([...action.names, ...state.knownRuns])] };
    case "cancelled":
      return answers.cancelled(state);
    case "compute":
      return answers.again(state);
    case "compute-all":
      return { ...answers.again(state), everything: true };
    case "help":
      return { ...state, help: action.shown };
    case "notice":
      return { ...state, notice: action.notice };
    default:
      return chosen(state, action);
  }
}

type Chosen = Extract<Action, { type: "choose" | "display" | "setting" | "reset-settings" | "reset-display" | "lock" }>;

function chosen(state: State, action: Chosen): State {
  const { choice } = state;
  switch (action.type) {
    case "choose":
      return withChoice(state, action.choice);
    case "display":
      return { ...state, choice: { ...choice, display: { ...choice.display, ...action.display } } };
    case "setting":
      return withSetting(state, action.name, action.value);
    case "reset-settings":
      return withSettings(state, {});
    case "reset-display":
      return answers.withEnds({ ...state, ends: {}, choice: { ...choice, display: DISPLAY, end: null } });
    case "lock":
      return answers.withEnds({ ...state, choice: { ...choice, locked: action.locked } });
  }
}

/** The old object where nothing changed, so that polling redraws nothing. */
export function keep<T>(old: T | null | undefined, fresh: T): T {
  return old && JSON.stringify(old) === JSON.stringify(fresh) ? old : fresh;
}

/** A run and a visualization that exist; one that does not is named in a notice, once all are known. */
function withDefaults(state: State): State {
  const { catalogue, runs, choice } = state;
  const visualization = catalogue ? existingVisualization(catalogue, choice.visualization) : choice.visualization;
  const run = runs ? existingRun(runs, choice.run) : choice.run;
  const gone = [
    run !== choice.run && choice.run !== null && `The run "${choice.run}" is not in the log directory (any more).`,
    visualization !== choice.visualization &&
      choice.visualization !== null &&
      `There is no visualization "${choice.visualization}" (any more).`,
  ].filter((text) => text !== false);
  const place = run === choice.run ? {} : { run, step: null, model: null };
  const isSame = run === choice.run && visualization === choice.visualization;
  const ticked = withRunTicked(state, isSame ? choice : { ...choice, ...place, visualization });
  if (ticked === choice) return state;
  return { ...state, notice: gone.join(" ") || state.notice, choice: ticked };
}

function existingVisualization({ visualizations, scanned }: Catalogue, wanted: string | null): string | null {
  const mayCome = wanted !== null && !scanned;
  if (mayCome || visualizations.some((one) => one.name === wanted)) return wanted;
  const known = visualizations.filter((one) => !one.error);
  const usual = known.find((one) => one.name === "occlusion") ?? known.find((one) => one.draws_map) ?? known[0];
  return usual?.name ?? null;
}

function existingRun({ runs, scanned }: Runs, wanted: string | null): string | null {
  const mayCome = wanted !== null && !scanned;
  if (mayCome || runs.some((run) => run.name === wanted)) return wanted;
  return (runs.find((run) => run.checkpoints && run.probes) ?? runs[0])?.name ?? null;
}

function withRuns(state: State, runs: Runs): State {
  const names = runs.runs.map((run) => run.name);
  const gone = [...state.contents.keys()].some((name) => !names.includes(name));
  return withDefaults({
    ...state,
    runs: keep(state.runs, runs),
    knownRuns: keep(state.knownRuns, knownRuns(state.knownRuns, names, runs.scanned && !state.runs?.scanned)),
    contents: gone ? new Map([...state.contents].filter(([name]) => names.includes(name))) : state.contents,
  });
}

function withoutRun(state: State, name: string): State {
  if (!state.runs) return state;
  return withRuns(state, { ...state.runs, runs: state.runs.runs.filter((run) => run.name !== name) });
}

function withRun(state: State, run: string, checkpoints: Checkpoints, probes: Probes): State {
  const old = state.contents.get(run);
  const fresh = { checkpoints: keep(old?.checkpoints, checkpoints), probes: keep(old?.probes, probes) };
  if (old && fresh.checkpoints === old.checkpoints && fresh.probes === old.probes) return state;
  const next: State = { ...state, contents: new Map(state.contents).set(run, fresh) };
  return old ? next : withChoice(next, {});
}

function withoutProbe(state: State, probe: string): State {
  const contents = [...state.contents].map(([run, { checkpoints, probes }]): [string, RunContents] => {
    const rest = probes.probes.filter(({ id }) => id !== probe);
    return [run, { checkpoints, probes: { ...probes, probes: rest } }];
  });
  return { ...state, contents: new Map(contents) };
}

/** A choice of the last checkpoint means the newest, also when more are logged. */
function withChoice(state: State, change: Partial<Choice>): State {
  const choice = { ...state.choice, ...change };
  if (choice.visualization !== state.choice.visualization) choice.end = change.end ?? null;
  if (choice.inspected !== state.choice.inspected) {
    choice.zoom = change.zoom ?? null;
    choice.spot = change.spot ?? null;
  }
  const last = state.contents.get(choice.run ?? "")?.checkpoints.checkpoints.at(-1);
  const atLast = last && choice.step === last.step && (choice.model === null || choice.model === last.model);
  const newest = atLast ? { step: null, model: null } : {};
  if (change.columns === "runs" && !change.runs) choice.runs = secondRun(state, choice);
  return answers.resumed(state, withDefaults({ ...state, choice: { ...choice, ...newest } }));
}

/** The run that is shown is ticked: it takes the place of the only one, and joins several. */
function withRunTicked(state: State, choice: Choice): Choice {
  const { run, runs } = choice;
  if (run === null || !state.runs || runs.includes(run)) return choice;
  if (!runs.length && choice.columns === "runs") return { ...choice, runs: secondRun(state, choice) };
  return { ...choice, runs: runs.length > 1 ? [...runs, run] : [run] };
}

/** A view between runs that shows one teaches nothing: another is ticked with it. */
function secondRun({ runs }: State, { run, runs: ticked }: Choice): readonly string[] {
  const others = (runs?.runs ?? []).filter((one) => one.name !== run);
  if (others.some((one) => ticked.includes(one.name))) return ticked;
  const other = others.find((one) => one.checkpoints && one.probes);
  return [run, other?.name].filter((name): name is string => Boolean(name));
}

function withSetting(state: State, name: string, value: unknown): State {
  const changed = state.choice.settings[state.choice.visualization ?? ""] ?? {};
  return withSettings(state, { ...changed, [name]: value });
}

function withSettings(state: State, values: Record<string, unknown>): State {
  const { visualization, settings } = state.choice;
  if (visualization === null) return state;
  const choice = { ...state.choice, settings: { ...settings, [visualization]: values }, end: null };
  return answers.resumed(state, { ...state, choice });
}
