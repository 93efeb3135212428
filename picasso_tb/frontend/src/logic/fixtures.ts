/** Small answers of the server for the tests. */
import type { Catalogue, CheckpointInfo, Checkpoints, MapEntry, MapInfo, ProbeInfo, Probes, Runs } from "../api-types";

export function mapInfo(change: Partial<MapInfo> = {}): MapInfo {
  return {
    key: "k",
    target: 0,
    probability: 0.9,
    score: 2,
    score_name: "logit",
    score_source: "before the softmax",
    predictions: [
      { class_index: 0, probability: 0.9 },
      { class_index: 1, probability: 0.1 },
    ],
    height: 2,
    width: 3,
    lowest: -0.1,
    highest: 0.4,
    quantity: "drop in class probability when covered",
    sign: "signed",
    arrays: [],
    notes: [],
    computation: "",
    settings: {},
    exhibits: 0,
    page: false,
    received: null,
    preview: null,
    ...change,
  };
}

export function entry(probe: string, info: Partial<MapInfo> | null, rank = 0): MapEntry {
  const key = `${probe}-${rank}`;
  const done = info && mapInfo({ key, ...info });
  return { key, probe, rank, state: done ? "done" : "pending", info: done, error: null };
}

export function probe(id: string, label: number | null = 0): ProbeInfo {
  return {
    id,
    name: `name of ${id}`,
    label,
    height: 4,
    width: 6,
    masks: [],
    mask_versions: {},
    uploaded: false,
    location: "",
    image_version: "1",
  };
}

export function probes(...ids: string[]): Probes {
  return { probes: ids.map((id) => probe(id)), problems: [] };
}

export function checkpoint(step: number, model = "model"): CheckpointInfo {
  return { id: `${model}-${step}`, step, model, names: [], metrics: {}, wall_time: 0 };
}

export function checkpoints(...list: CheckpointInfo[]): Checkpoints {
  const names = [...new Set(list.map((one) => one.model))];
  const models = names.map((name) => ({
    name,
    class_names: ["pullover", "coat"],
    classes: 2,
    height: 2,
    width: 3,
    channels: 1,
    layers: [],
    offers: ["scores", "gradients", "activations"],
  }));
  return { checkpoints: list, models, problems: [] };
}

export function runs(...names: string[]): Runs {
  const listed = names.map((name) => ({ name, path: name, checkpoints: 1, probes: 1, last_step: 0, problems: [] }));
  return { runs: listed, scanned: true };
}

export function catalogue(): Catalogue {
  const settings = {
    properties: {
      window: { type: "number", minimum: 0.05, maximum: 0.5, default: 0.2, percent: true },
      positions: { type: "integer", minimum: 2, maximum: 100, default: 10 },
      score: { enum: ["probability", "logit"], default: "probability" },
    },
  };
  const one = {
    title: "",
    summary: "",
    paper: "",
    needs: "scores" as const,
    quantity: "",
    default_passes: 1,
    version: "1",
    own: false,
    file: null,
    error: null,
    failure: null,
  };
  return {
    version: "0",
    compute: { available: true, reason: null },
    visualizations: [
      { ...one, name: "saliency", sign: "magnitude", draws_map: true, settings_schema: {} },
      { ...one, name: "occlusion", sign: "signed", draws_map: true, settings_schema: settings },
    ],
    scanned: true,
    limits: { passes: 1, probes: 1, upload_bytes: 1, upload_pixels: 1 },
  };
}
