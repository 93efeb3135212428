/** What the elements show, worked out from the state. */
import type {
  CheckpointInfo,
  MapEntry,
  MapsRequest,
  ModelInfo,
  ProbeInfo,
  Problem,
  VisualizationInfo,
} from "../api-types";
import type { Choice } from "./choice";
import { effective, fieldsOf, hasProblems, type Field } from "./form";
import { largestSize, leastEnd, makeScale, peakValue, scaleKey, type Scale } from "./scale";
import { doneInfos, type RunContents, type State } from "./state";

/** Probes that are shown larger, as they leave room. */
const FEW = 4;

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

export function probesOf(state: State): ProbeInfo[] {
  return contentsOf(state)?.probes.probes ?? [];
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

const fieldLists = new WeakMap<VisualizationInfo, Field[]>();

export function settingsFields(visualization: VisualizationInfo): Field[] {
  const known = fieldLists.get(visualization) ?? fieldsOf(visualization.settings_schema);
  fieldLists.set(visualization, known);
  return known;
}

/** The question that the choices ask; null while something is missing or out of range. */
export function questionOf(state: State): MapsRequest | null {
  const checkpoint = checkpointOf(state);
  const visualization = visualizationOf(state);
  const probes = probesOf(state).map((probe) => probe.id);
  const { run, settings, targets } = state.choice;
  if (run === null || !checkpoint || !visualization || !probes.length) return null;
  const fields = settingsFields(visualization);
  const changed = settings[visualization.name] ?? {};
  if (hasProblems(fields, changed)) return null;
  return {
    run,
    checkpoint: checkpoint.id,
    probes,
    visualization: visualization.name,
    settings: effective(fields, changed),
    targets: visualization.draws_map ? targets : { kind: "top", count: 1 },
  };
}

/** The estimate of the present question; null while it is awaited. */
export function estimateOf(state: State): State["estimate"] {
  const question = questionOf(state);
  return question && state.estimate?.key === questionKey(question) ? state.estimate : null;
}

export function questionKey(question: MapsRequest): string {
  return JSON.stringify(question);
}

/** The scale of everything in view; null before the first map. */
export function scaleOf(state: State): Scale | null {
  const infos = state.answer ? doneInfos(state.answer) : [];
  const first = infos[0];
  if (!state.answer || !first || first.height === null) return null;
  const { display, locked } = state.choice;
  const inView = largestSize(infos);
  const key = scaleKey(state.answer.question.visualization, first);
  const end = locked ? Math.max(leastEnd(first.quantity), inView, state.ends[key] ?? 0) : inView;
  return makeScale(first, end, display.clip, display.threshold);
}

/** A probe with its maps, one a target. */
export interface Shown {
  probe: ProbeInfo;
  maps: MapEntry[];
  prediction: { classIndex: number; probability: number } | null;
  /** Null without a label or before the prediction is known. */
  wrong: boolean | null;
  noEffect: boolean;
  /** Largest size of any of its maps. */
  peak: number;
}

export function allShown(state: State, scale: Scale | null): Shown[] {
  const byProbe = new Map<string, MapEntry[]>();
  for (const entry of state.answer?.maps ?? []) {
    byProbe.set(entry.probe, [...(byProbe.get(entry.probe) ?? []), entry]);
  }
  return probesOf(state).map((probe) => shownOf(probe, byProbe.get(probe.id) ?? [], scale));
}

function shownOf(probe: ProbeInfo, maps: MapEntry[], scale: Scale | null): Shown {
  const infos = maps.flatMap((entry) => (entry.info ? [entry.info] : []));
  const top = infos[0]?.predictions[0];
  const peaks = infos.map((info) => Math.abs(peakValue(info) ?? 0));
  const peak = Math.max(0, ...peaks);
  return {
    probe,
    maps: [...maps].sort((one, other) => one.rank - other.rank),
    prediction: top ? { classIndex: top.class_index, probability: top.probability } : null,
    wrong: top && probe.label !== null ? top.class_index !== probe.label : null,
    noEffect: scale !== null && infos.length > 0 && peak < scale.threshold,
    peak,
  };
}

export function arranged(shown: readonly Shown[], { filter, order }: Pick<Choice, "filter" | "order">): Shown[] {
  const kept = shown.filter((one) => filter === "all" || (filter === "wrong" ? one.wrong === true : one.noEffect));
  if (order === "confidence") {
    return kept.sort((one, other) => (other.prediction?.probability ?? -1) - (one.prediction?.probability ?? -1));
  }
  return order === "peak" ? kept.sort((one, other) => other.peak - one.peak) : kept;
}

/** How much wider than usual a tile should be: pictures wider than 3:2 need room, and few leave it. */
export function stretchOf(probes: readonly ProbeInfo[]): number {
  const ratios = probes.map(({ height, width }) => width / height);
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / Math.max(1, ratios.length);
  return Math.min(2, Math.max(1, Math.sqrt(mean / 1.5))) * (probes.length <= FEW ? 1.6 : 1);
}

/** Every fallback and caution: those of all maps in view, and those of single probes. */
export function notesOf(shown: readonly Shown[]): {
  common: string[];
  single: { probe: string; text: string }[];
} {
  const infos = shown.flatMap((one) => one.maps.flatMap((entry) => entry.info ?? []));
  const common = (infos[0]?.notes ?? []).filter((note) => infos.every((info) => info.notes.includes(note)));
  const single = shown.flatMap(({ probe, maps }) => {
    const own = new Set(maps.flatMap((entry) => entry.info?.notes ?? []));
    return [...own].filter((text) => !common.includes(text)).map((text) => ({ probe: probe.name, text }));
  });
  return { common, single };
}

/**
 * Probes whose sure probability may hide an effect that the logit would show, where the visualization offers both.
 */
export function saturated(state: State, shown: readonly Shown[]): number {
  const visualization = visualizationOf(state);
  const canCompute = state.catalogue?.compute.available === true;
  if (!canCompute || !visualization || !offersLogit(state, visualization)) return 0;
  return shown.filter((one) => one.noEffect && (one.prediction?.probability ?? 0) > 0.99).length;
}

function offersLogit(state: State, visualization: VisualizationInfo): boolean {
  const field = settingsFields(visualization).find((one) => one.name === "score");
  const value = state.choice.settings[visualization.name]?.score ?? field?.fallback;
  return field?.kind === "choice" && value === "probability" && field.choices.some((one) => one.value === "logit");
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
  return model?.class_names[index] ?? `class ${index}`;
}

/** The choice as a link should carry it: steps and ends by number, so that it shows the same to others, later. */
export function linkOf(state: State): Choice {
  const { choice, answer, ends } = state;
  const checkpoint = checkpointOf(state);
  const first = answer && choice.locked ? doneInfos(answer)[0] : undefined;
  const seen = first && ends[scaleKey(answer?.question.visualization ?? "", first)];
  const end = seen !== undefined && first && seen > leastEnd(first.quantity) ? seen : null;
  return {
    ...choice,
    step: checkpoint?.step ?? choice.step,
    model: modelsOf(state).length > 1 ? (checkpoint?.model ?? choice.model) : null,
    end: end ?? choice.end,
  };
}

/** Damaged files of the chosen run, each once. */
export function problemsOf(state: State): Problem[] {
  const contents = contentsOf(state);
  const listed = [
    ...(state.runs?.runs.find((one) => one.name === state.choice.run)?.problems ?? []),
    ...(contents?.checkpoints.problems ?? []),
    ...(contents?.probes.problems ?? []),
  ];
  return [...new Map(listed.map((problem) => [problem.file, problem])).values()];
}
