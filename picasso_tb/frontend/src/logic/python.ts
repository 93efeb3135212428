/** "Copy as Python": calls of `explain` that yield the very numbers of the maps in view. */
import type { ProbeInfo, RunInfo } from "../api-types";
import type { Column } from "./columns";
import type { Targets } from "./choice";

/** A column and the probes whose maps are wanted of it. */
export interface Call {
  column: Column;
  probes: readonly ProbeInfo[];
}

/** A script of its own; `runs` say where each run lies. */
export function pythonOf(calls: readonly Call[], runs: readonly Pick<RunInfo, "name" | "path">[]): string {
  const wanted = calls.flatMap(answerable);
  const lines = ["from picasso_tb import explain, open_run", ""];
  const only = wanted.length === 1;
  if (!only) lines.push("explanations = {}");
  let shared = "";
  for (const { column, probes } of wanted) {
    const path = runs.find((one) => one.name === column.run)?.path ?? column.run;
    const opening = [`run = open_run(${literal(path)})`, ...probeLines(probes)].join("\n");
    if (opening !== shared) lines.push(opening);
    shared = opening;
    const result = only ? "explanation" : `explanations[${literal(nameOf(column, wanted))}]`;
    lines.push(...callLines(result, column));
  }
  lines.push("", ...(only ? lastLines(wanted[0]?.column) : ["for name, explanation in explanations.items():"]));
  if (!only) lines.push("    print(name, explanation.quantity, explanation.targets.shape)  # (n, k)");
  return `${lines.join("\n")}\n`;
}

/** The true class cannot be asked of probes without a label. */
function answerable({ column, probes }: Call): Call[] {
  const kept = column.targets.kind === "true" ? probes.filter((one) => one.label !== null) : probes;
  return kept.length ? [{ column, probes: kept }] : [];
}

/** Logged probes lie in the run; pictures that were added lie elsewhere. */
function probeLines(probes: readonly ProbeInfo[]): string[] {
  const places = new Map<string | null, ProbeInfo[]>();
  for (const probe of probes) {
    const place = probe.location ?? null;
    places.set(place, [...(places.get(place) ?? []), probe]);
  }
  return [...places].flatMap(([place, those], index) => [
    `probes ${index ? "+=" : "="} ${place === null ? "run" : `open_run(${literal(place)})`}.probes([`,
    ...those.map((one) => `    ${literal(one.id)},  # ${comment(one.name)}`),
    "])",
  ]);
}

function callLines(result: string, column: Column): string[] {
  const { checkpoint, settings, targets, visualization, rank } = column;
  const values = Object.entries(settings).map(([name, value]) => `${literal(name)}: ${literal(value)}`);
  return [
    `${result} = explain(`,
    `    run.checkpoint(step=${checkpoint.step}, model=${literal(checkpoint.model)}),`,
    "    probes,",
    `    ${literal(visualization.file ?? visualization.name)},`,
    `    ${targetsOf(targets, rank)}`,
    `    settings={${values.join(", ")}},`,
    ")",
  ];
}

function targetsOf(targets: Targets, rank: number | null): string {
  if (targets.kind === "top") return `top=${rank === null ? targets.count : rank + 1},  # most probable classes`;
  if (targets.kind === "true") return "targets=[probe.label for probe in probes],";
  const classes = [...new Set(targets.classes)];
  const shown = rank === null ? classes : classes.slice(rank, rank + 1);
  return shown.length === 1 ? `targets=${shown[0]},` : `targets=[${literal(shown)}] * len(probes),`;
}

function lastLines(column: Column | undefined): string[] {
  if (!column) return [];
  if (!column.visualization.draws_map) return ["print(explanation.probabilities)"];
  return ["print(explanation.quantity, explanation.maps.shape)  # (n, k, height, width)"];
}

/** Unique among the calls. */
function nameOf(column: Column, calls: readonly Call[]): string {
  const title = column.title;
  const twin = calls.filter((one) => one.column.title === title).length > 1;
  return twin ? `${title}, ${column.name}` : title;
}

/** A JSON value in Python's words. */
export function literal(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object") {
    return `{${Object.entries(value)
      .map(([name, one]) => `${literal(name)}: ${literal(one)}`)
      .join(", ")}}`;
  }
  return JSON.stringify(value);
}

/** In one line, whatever a name holds. */
function comment(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
}
