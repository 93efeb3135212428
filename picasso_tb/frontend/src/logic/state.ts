/** Everything the tab knows, and how each event changes it. Nothing here fetches, draws or reads a clock. */
import type {
  Catalogue,
  Checkpoints,
  ErrorInfo,
  Estimate,
  JobStatus,
  MapEntry,
  MapInfo,
  MapsRequest,
  MapsResponse,
  Probes,
  Runs,
} from "../api-types";
import { CHOICE, DISPLAY, type Choice, type Display } from "./choice";
import { largestSize, scaleKey } from "./scale";

/** The answer to one question, as far as it is known. */
export interface Answer {
  /** `questionKey` of the question. */
  key: string;
  question: MapsRequest;
  phase: "computing" | "done" | "cancelled" | "refused";
  maps: MapEntry[];
  job: JobStatus | null;
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
  estimate: { key: string; value: Estimate | null; error: ErrorInfo | null } | null;
  answer: Answer | null;
  /** Ends of locked scales by `scaleKey`. */
  ends: Record<string, number>;
  enlarged: string | null;
  uploading: number;
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
  estimate: null,
  answer: null,
  ends: {},
  enlarged: null,
  uploading: 0,
  notice: null,
};

export type Action =
  // From the server
  | { type: "server"; up: boolean }
  | { type: "catalogue"; catalogue: Catalogue }
  | { type: "runs"; runs: Runs }
  | ({ type: "run-loaded"; run: string } & RunContents)
  | { type: "run-gone"; run: string }
  | { type: "estimated"; key: string; value: Estimate | null; error: ErrorInfo | null }
  | { type: "answered"; key: string; question: MapsRequest; response: MapsResponse }
  | { type: "refused"; key: string; question: MapsRequest; error: ErrorInfo }
  | { type: "job"; status: JobStatus }
  | { type: "uploads"; change: 1 | -1 }
  // From the user
  | { type: "choose"; choice: Partial<Choice> }
  | { type: "display"; display: Partial<Display> }
  | { type: "setting"; name: string; value: unknown }
  | { type: "reset-settings" }
  | { type: "reset-display" }
  | { type: "lock"; locked: boolean }
  | { type: "cancelled" }
  | { type: "enlarge"; probe: string | null }
  | { type: "notice"; notice: string | null };

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "server":
      return action.up ? { ...state, server: "up", connections: state.connections + 1 } : { ...state, server: "down" };
    case "catalogue":
      return withDefaults({ ...state, catalogue: keep(state.catalogue, action.catalogue) });
    case "runs":
      return withRuns(state, action.runs);
    case "run-loaded":
      return withRun(state, action.run, action.checkpoints, action.probes);
    case "run-gone":
      return withoutRun(state, action.run);
    case "estimated":
      return { ...state, estimate: { key: action.key, value: action.value, error: action.error } };
    case "answered":
      return withAnswer(state, action.key, action.question, action.response);
    case "refused": {
      const { key, question, error } = action;
      return { ...state, answer: { key, question, error, phase: "refused", maps: [], job: null } };
    }
    case "job":
      return withJob(state, action.status);
    case "uploads":
      return { ...state, uploading: state.uploading + action.change };
    case "choose":
      return withChoice(state, action.choice);
    case "display":
      return {
        ...state,
        choice: { ...state.choice, display: { ...state.choice.display, ...action.display } },
      };
    case "setting":
      return withSetting(state, action.name, action.value);
    case "reset-settings":
      return withSettings(state, {});
    case "reset-display":
      return withEnds({ ...state, ends: {}, choice: { ...state.choice, display: DISPLAY, end: null } });
    case "lock":
      return withEnds({ ...state, choice: { ...state.choice, locked: action.locked } });
    case "cancelled":
      return state.answer ? { ...state, answer: { ...state.answer, phase: "cancelled" } } : state;
    case "enlarge":
      return { ...state, enlarged: action.probe };
    case "notice":
      return { ...state, notice: action.notice };
  }
}

/** The old object where nothing changed, so that polling redraws nothing. */
export function keep<T>(old: T | null | undefined, fresh: T): T {
  return old && JSON.stringify(old) === JSON.stringify(fresh) ? old : fresh;
}

/** A run and a visualization that exist; a run that does not is named in a notice, once all runs are known. */
function withDefaults(state: State): State {
  const { catalogue, runs, choice } = state;
  const known = catalogue?.visualizations ?? [];
  const chosen = known.find((one) => one.name === choice.visualization);
  const usual = known.find((one) => one.name === "occlusion") ?? known.find((one) => one.draws_map) ?? known[0];
  const visualization = catalogue ? ((chosen ?? usual)?.name ?? null) : choice.visualization;
  const run = runs ? existingRun(runs, choice.run) : choice.run;
  if (run === choice.run) return { ...state, choice: { ...choice, visualization } };
  const text = `The run "${choice.run}" is not in the log directory (any more).`;
  const notice = choice.run === null ? state.notice : text;
  return { ...state, notice, choice: { ...choice, visualization, run, step: null, model: null } };
}

function existingRun({ runs, scanned }: Runs, wanted: string | null): string | null {
  const mayCome = wanted !== null && !scanned;
  if (mayCome || runs.some((run) => run.name === wanted)) return wanted;
  return (runs.find((run) => run.checkpoints && run.probes) ?? runs[0])?.name ?? null;
}

function withRuns(state: State, runs: Runs): State {
  const names = runs.runs.map((run) => run.name);
  return withDefaults({
    ...state,
    runs: keep(state.runs, runs),
    knownRuns: keep(state.knownRuns, [...new Set([...state.knownRuns, ...names])]),
    contents: new Map([...state.contents].filter(([name]) => names.includes(name))),
  });
}

function withoutRun(state: State, name: string): State {
  if (!state.runs) return state;
  return withRuns(state, { ...state.runs, runs: state.runs.runs.filter((run) => run.name !== name) });
}

function withRun(state: State, run: string, checkpoints: Checkpoints, probes: Probes): State {
  const old = state.contents.get(run);
  const fresh = { checkpoints: keep(old?.checkpoints, checkpoints), probes: keep(old?.probes, probes) };
  const next: State = { ...state, contents: new Map(state.contents).set(run, fresh) };
  return old ? next : withChoice(next, {});
}

/** A choice of the last checkpoint means the newest, also when more are logged. */
function withChoice(state: State, change: Partial<Choice>): State {
  const choice = { ...state.choice, ...change };
  if (choice.visualization !== state.choice.visualization) choice.end = change.end ?? null;
  const last = state.contents.get(choice.run ?? "")?.checkpoints.checkpoints.at(-1);
  const atLast = last && choice.step === last.step && (choice.model === null || choice.model === last.model);
  const newest = atLast ? { step: null, model: null } : {};
  return withDefaults({ ...state, choice: { ...choice, ...newest } });
}

function withSetting(state: State, name: string, value: unknown): State {
  const changed = state.choice.settings[state.choice.visualization ?? ""] ?? {};
  return withSettings(state, { ...changed, [name]: value });
}

function withSettings(state: State, values: Record<string, unknown>): State {
  const { visualization, settings } = state.choice;
  if (visualization === null) return state;
  return { ...state, choice: { ...state.choice, settings: { ...settings, [visualization]: values }, end: null } };
}

function withAnswer(state: State, key: string, question: MapsRequest, response: MapsResponse): State {
  const phase = response.job === null ? "done" : "computing";
  const answer: Answer = { key, question, phase, maps: response.maps, job: null, error: null };
  return withEnds({ ...state, answer });
}

function withJob(state: State, status: JobStatus): State {
  if (!state.answer) return state;
  const finished = new Map(status.finished.map((outcome) => [outcome.key, outcome]));
  const maps = finished.size
    ? state.answer.maps.map((entry) => ({ ...entry, ...finished.get(entry.key) }))
    : state.answer.maps;
  const ended = status.state === "done" || status.state === "cancelled" ? status.state : "computing";
  return withEnds({ ...state, answer: { ...state.answer, maps, job: status, phase: ended } });
}

/** Lets the locked scale grow to hold what came; see scale.ts. */
function withEnds(state: State): State {
  const { answer, choice } = state;
  const infos = answer ? doneInfos(answer) : [];
  const first = infos[0];
  if (!answer || !first || !choice.locked) return state;
  const key = scaleKey(answer.question.visualization, first);
  const end = Math.max(state.ends[key] ?? choice.end ?? 0, largestSize(infos));
  if (end === state.ends[key] && choice.end === null) return state;
  return { ...state, ends: { ...state.ends, [key]: end }, choice: { ...choice, end: null } };
}

export function doneInfos(answer: Answer): MapInfo[] {
  return answer.maps.flatMap((entry) => (entry.state === "done" && entry.info ? [entry.info] : []));
}
