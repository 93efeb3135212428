/** What is chosen, worked out from the state. */
import type { CheckpointInfo, MapInfo, ModelInfo, ProbeInfo, Problem, VisualizationInfo } from "../api-types";
import { fieldsOf, type Field } from "./form";
import { probability, signed } from "./format";
import type { RunContents, State } from "./state";

const NO_PROBES: readonly ProbeInfo[] = [];

/** Of the chosen run; undefined until it is loaded. */
export function contentsOf(state: State): RunContents | undefined {
  return state.contents.get(state.choice.run ?? "");
}

export function checkpointsOf(state: State): CheckpointInfo[] {
  return contentsOf(state)?.checkpoints.checkpoints ?? [];
}

export function modelsOf(state: State): ModelInfo[] {
  return contentsOf(state)?.checkpoints.models ?? [];
}

export function probesOf(state: State): readonly ProbeInfo[] {
  return contentsOf(state)?.probes.probes ?? NO_PROBES;
}

/** The checkpoint chosen; where its step is not kept any more, the one before it. */
export function checkpointOf(state: State): CheckpointInfo | null {
  const all = checkpointsOf(state);
  const { step, model } = state.choice;
  if (step === null) return all.at(-1) ?? null;
  const ofModel = all.filter((one) => model === null || one.model === model);
  return ofModel.findLast((one) => one.step <= step) ?? ofModel[0] ?? all[0] ?? null;
}

export function modelOf(state: State): ModelInfo | null {
  const checkpoint = checkpointOf(state);
  return modelsOf(state).find((one) => one.name === checkpoint?.model) ?? null;
}

export function visualizationOf(state: State): VisualizationInfo | null {
  return state.catalogue?.visualizations.find((one) => one.name === state.choice.visualization) ?? null;
}

/** The checkpoint of a ticked run: the chosen one of the current run, of the others as `choice.runsAt` says. */
export function checkpointAt(state: State, run: string): CheckpointInfo | null {
  if (run === state.choice.run) return checkpointOf(state);
  const all = state.contents.get(run)?.checkpoints.checkpoints ?? [];
  const model = checkpointOf(state)?.model;
  const ofModel = all.filter((one) => one.model === model);
  const among = ofModel.length ? ofModel : all;
  const last = among.at(-1) ?? null;
  if (state.choice.runsAt === "last") return last;
  if (state.choice.runsAt === "best") return among.findLast((one) => one.names.includes("best")) ?? last;
  const step = state.choice.step;
  return step === null ? last : (among.findLast((one) => one.step <= step) ?? among[0] ?? null);
}

/** Why this visualization cannot explain the current model, in words; null where it can. */
export function unusable(state: State, visualization: VisualizationInfo): string | null {
  if (visualization.error) return visualization.error;
  const model = modelOf(state);
  if (!model || model.offers.includes(visualization.needs)) return null;
  const needs = { scores: "scores", gradients: "gradients", activations: "a layer with spatial extent" };
  return `Needs ${needs[visualization.needs]}, which the model "${model.name}" does not offer.`;
}

const fieldLists = new WeakMap<VisualizationInfo, WeakMap<object, Field[]>>();
const NO_MODEL = {};

/** A setting may let the user choose among the layers of the model. */
export function settingsFields(visualization: VisualizationInfo, model: ModelInfo | null): Field[] {
  const lists = fieldLists.get(visualization) ?? new WeakMap<object, Field[]>();
  fieldLists.set(visualization, lists);
  const known = lists.get(model ?? NO_MODEL) ?? fieldsFor(visualization, model);
  lists.set(model ?? NO_MODEL, known);
  return known;
}

/** A number is its own score, whichever is chosen. */
function fieldsFor(visualization: VisualizationInfo, model: ModelInfo | null): Field[] {
  const fields = fieldsOf(visualization.settings_schema, model?.layers ?? []);
  return givesNumber(model) ? fields.filter((field) => field.name !== "score") : fields;
}

/** Whether the prediction differs from the label; null where either is unknown. */
export function isWrong(info: MapInfo | null | undefined, probe: ProbeInfo): boolean | null {
  const top = info?.predictions[0];
  return top && probe.label !== null ? top.class_index !== probe.label : null;
}

/** The class of that name, or with that number; null where there is none. */
export function classNamed(model: ModelInfo | null, name: string): number | null {
  const classes = model?.classes ?? 0;
  const wanted = name.trim().toLowerCase();
  for (let index = 0; index < classes; index++) {
    if (className(model, index).toLowerCase() === wanted) return index;
  }
  return /^\d+$/.test(wanted) && Number(wanted) < classes ? Number(wanted) : null;
}

export function className(model: ModelInfo | null, index: number): string {
  return model?.class_names[index] ?? (givesNumber(model) ? "value" : `class ${index}`);
}

/** Whether it has no classes, but one plain value: no probability, whatever its size. */
export function givesNumber(model: ModelInfo | null): boolean {
  return model?.classes === 1;
}

/** What it gives for a class: `.97`; for a number `0.97`. */
export function outputWords(model: ModelInfo | null, output: number): string {
  return givesNumber(model) ? signed(output, false) : probability(output);
}

/** What is wrong with the chosen run, each problem once. */
export function problemsOf(state: State): Problem[] {
  const contents = contentsOf(state);
  const listed = [
    ...(state.runs?.runs.find((one) => one.name === state.choice.run)?.problems ?? []),
    ...(contents?.checkpoints.problems ?? []),
    ...(contents?.probes.problems ?? []),
  ];
  return [...new Map(listed.map((problem) => [`${problem.file} ${problem.message}`, problem])).values()];
}
