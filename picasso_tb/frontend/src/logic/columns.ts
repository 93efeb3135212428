/** What stands across the grid: each column asks one question of every probe. */
import type { CheckpointInfo, MapsRequest, ModelInfo, VisualizationInfo } from "../api-types";
import type { Targets } from "./choice";
import { effective, hasProblems, type Values } from "./form";
import { memo } from "./memo";
import { picked } from "./picks";
import { Recent } from "./recent";
import {
  checkpointAt,
  checkpointOf,
  className,
  contentsOf,
  modelOf,
  settingsFields,
  unusable,
  visualizationOf,
} from "./select";
import type { State } from "./state";

export interface Column {
  /**
   * Canonical JSON of what is asked, without the probes: the key of `state.maps` and `state.jobs`. Columns that differ
   * by `rank` alone share it, so that nothing is asked twice.
   */
  id: string;
  /** Unique in its view, and the same when settings change: what a link and a comparison go by. */
  name: string;
  title: string;
  run: string;
  checkpoint: CheckpointInfo;
  visualization: VisualizationInfo;
  settings: Values;
  targets: Targets;
  /** Which of the probe's targets it shows; null for all of them. */
  rank: number | null;
  model: ModelInfo | null;
  current: boolean;
}

/** A question without its probes. */
export type Subject = Omit<MapsRequest, "probes" | "compute">;

/** More classes than this are not all shown unasked. */
const FEW_CLASSES = 8;
/** Shown as columns until the user picks, where the model can: cheap, and of different kinds. */
const USUAL_METHODS = ["occlusion", "saliency", "integrated_gradients", "grad_cam"];

/** How maps are drawn, sorted and selected makes no other columns. */
function reads({ choice, contents, catalogue, runs }: State): readonly unknown[] {
  const { view, columns, run, runsAt, step, model, picks, visualization, methods, settings, targets, classes } = choice;
  const chosen = [
    view,
    columns,
    run,
    choice.runs,
    runsAt,
    step,
    model,
    picks,
    visualization,
    methods,
    settings,
    targets,
  ];
  return [contents, catalogue, runs, classes, ...chosen];
}

/** Columns of the view, from left to right; none while something is missing or a setting is out of range. */
export const columnsOf = memo(reads, (state): Column[] => {
  const { view, columns } = state.choice;
  if (view === "inspect" || columns === "none") return listed(currentColumn(state));
  if (columns === "checkpoints") return checkpointColumns(state);
  if (columns === "runs") return runColumns(state);
  return columns === "classes" ? classColumns(state) : methodColumns(state);
});

/** What the panel's choices ask, in any view. */
export const currentColumn = memo(reads, (state): Column | null => {
  const checkpoint = checkpointOf(state);
  const visualization = visualizationOf(state);
  if (!checkpoint || !visualization) return null;
  return column(state, { checkpoint, visualization, name: String(checkpoint.step), title: stepTitle(checkpoint) });
});

/** The checkpoints of the current one's model that are picked; the strip under a map shows them too. */
export const checkpointColumns = memo(reads, (state): Column[] => {
  const all = siblings(state);
  return picked(all, state.choice.picks, checkpointOf(state)).flatMap((one) => checkpointColumn(state, one));
});

/** The previous and the next checkpoint of the current one. */
export const neighbourColumns = memo(reads, (state): Column[] => {
  const all = siblings(state);
  const at = all.findIndex((one) => one.id === checkpointOf(state)?.id);
  if (at < 0) return [];
  return [all[at - 1], all[at + 1]].flatMap((one) => (one ? checkpointColumn(state, one) : []));
});

export function columnNamed(state: State, name: string): Column | null {
  return columnsOf(state).find((one) => one.name === name) ?? null;
}

/** The two columns compared; null while none are, or one is not in view. */
export function comparedColumns(state: State): [Column, Column] | null {
  const [one, other] = (state.choice.comparison ?? []).map((name) => columnNamed(state, name));
  return one && other ? [one, other] : null;
}

/** The request for some probes of a column. */
export function questionOf(columnId: string, probes: readonly string[]): MapsRequest {
  return { ...subjectOf(columnId), probes: [...probes], compute: true };
}

const subjects = new Recent<string, Subject>(1000, () => 1);

export function subjectOf(columnId: string): Subject {
  const subject = subjects.get(columnId) ?? (JSON.parse(columnId) as Subject);
  subjects.set(columnId, subject);
  return subject;
}

/** Checkpoints of the current one's model, by step. */
function siblings(state: State): CheckpointInfo[] {
  const current = checkpointOf(state);
  const all = contentsOf(state)?.checkpoints.checkpoints ?? [];
  return all.filter((one) => one.model === current?.model);
}

function checkpointColumn(state: State, checkpoint: CheckpointInfo): Column[] {
  return listed(column(state, { checkpoint, name: String(checkpoint.step), title: stepTitle(checkpoint) }));
}

function runColumns(state: State): Column[] {
  const { choice, runs } = state;
  const ticked = (runs?.runs ?? []).filter((one) => one.name === choice.run || choice.runs.includes(one.name));
  return ticked.flatMap(({ name: run }) => {
    const checkpoint = checkpointAt(state, run);
    return checkpoint ? listed(column(state, { run, checkpoint, name: run, title: run })) : [];
  });
}

/** One question for all classes and one for all ranks: a method often explains several in the passes of one. */
function classColumns(state: State): Column[] {
  const written = state.choice.classes.length ? state.choice.classes : usualClasses(state);
  const classes = written.flatMap((one) => numberAfter("class-", one) ?? []).slice(0, 20);
  const ranks = written.flatMap((one) => numberAfter("rank-", one) ?? []);
  const most = Math.min(20, modelOf(state)?.classes ?? 20);
  const top: Targets = { kind: "top", count: Math.min(most, Math.max(1, ...ranks)) };
  const current = written.includes(chosenClass(state)) ? chosenClass(state) : null;
  return written.flatMap((name) => {
    const index = numberAfter("class-", name);
    const rank = numberAfter("rank-", name);
    const more = { name, title: classTitle(state, name), current: name === current };
    if (name === "true") return listed(column(state, { ...more, targets: { kind: "true" }, rank: 0 }));
    if (rank !== null && rank >= 1 && rank <= top.count)
      return listed(column(state, { ...more, targets: top, rank: rank - 1 }));
    if (index === null || !classes.includes(index)) return [];
    return listed(column(state, { ...more, targets: { kind: "classes", classes }, rank: classes.indexOf(index) }));
  });
}

/** The classes that are columns until the user picks some. */
export function usualClasses(state: State): string[] {
  const count = modelOf(state)?.classes ?? 0;
  if (count <= FEW_CLASSES) return Array.from({ length: count }, (_, index) => `class-${index}`);
  const labelled = contentsOf(state)?.probes.probes.some((one) => one.label !== null);
  return ["rank-1", "rank-2", "rank-3", ...(labelled ? ["true"] : [])];
}

/** `Predicted`, `2nd most probable`, `True label`, or the name of the class. */
export function classTitle(state: State, written: string): string {
  if (written === "true") return "True label";
  const rank = numberAfter("rank-", written);
  if (rank === 1) return "Predicted";
  if (rank !== null) return `${ordinal(rank)} most probable`;
  return className(modelOf(state), numberAfter("class-", written) ?? 0);
}

function chosenClass({ choice }: State): string {
  const { targets } = choice;
  if (targets.kind === "true") return "true";
  return targets.kind === "top" ? "rank-1" : `class-${targets.classes[0] ?? 0}`;
}

function methodColumns(state: State): Column[] {
  const known = state.catalogue?.visualizations ?? [];
  const names = methodNames(state);
  return known
    .filter((one) => names.includes(one.name))
    .flatMap((one) => listed(column(state, { visualization: one, name: one.name, title: one.title })));
}

/** The methods that are columns: those ticked, else the usual ones and the one chosen. */
export function methodNames(state: State): readonly string[] {
  const { methods, visualization } = state.choice;
  if (methods.length) return methods;
  const usual = (state.catalogue?.visualizations ?? []).filter(
    (one) => (USUAL_METHODS.includes(one.name) || one.name === visualization) && unusable(state, one) === null,
  );
  return usual.map((one) => one.name);
}

interface Wanted extends Partial<Omit<Column, "id" | "settings" | "model">> {
  name: string;
  title: string;
}

/** Class probabilities are of all classes; what else is shown may be of one, a user's own table too. */
export function asksForClass({ draws_map, own }: VisualizationInfo): boolean {
  return draws_map || own;
}

/** The current choice with some of it replaced; null while something is missing or a setting is out of range. */
function column(state: State, wanted: Wanted): Column | null {
  const run = wanted.run ?? state.choice.run;
  const checkpoint = wanted.checkpoint ?? checkpointOf(state);
  const visualization = wanted.visualization ?? visualizationOf(state);
  if (run === null || !checkpoint || !visualization || visualization.error) return null;
  const models = state.contents.get(run)?.checkpoints.models ?? [];
  const model = models.find((one) => one.name === checkpoint.model) ?? null;
  const changed = state.choice.settings[visualization.name] ?? {};
  const fields = settingsFields(visualization, model);
  if (hasProblems(fields, changed)) return null;
  const settings = effective(fields, changed);
  const asked = wanted.targets ?? state.choice.targets;
  const targets: Targets = asksForClass(visualization) ? asked : { kind: "top", count: 1 };
  const subject: Subject = { run, checkpoint: checkpoint.id, visualization: visualization.name, settings, targets };
  const current =
    wanted.current ??
    (run === state.choice.run &&
      checkpoint.id === checkpointOf(state)?.id &&
      visualization.name === state.choice.visualization);
  const { name, title, rank = null } = wanted;
  return {
    id: canonical(subject),
    name,
    title,
    run,
    checkpoint,
    visualization,
    settings,
    targets,
    rank,
    model,
    current,
  };
}

/** The same question in the same words, in whichever order the settings were changed. */
function canonical(subject: Subject): string {
  const settings = Object.entries(subject.settings ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify({ ...subject, settings: Object.fromEntries(settings) });
}

function numberAfter(prefix: string, written: string): number | null {
  const rest = written.startsWith(prefix) ? written.slice(prefix.length) : "";
  return /^\d{1,6}$/.test(rest) ? Number(rest) : null;
}

function ordinal(rank: number): string {
  const ending = rank % 100 > 10 && rank % 100 < 14 ? "th" : (["th", "st", "nd", "rd"][rank % 10] ?? "th");
  return `${rank}${ending}`;
}

function stepTitle(checkpoint: CheckpointInfo): string {
  return `step ${checkpoint.step}`;
}

function listed(one: Column | null): Column[] {
  return one ? [one] : [];
}
