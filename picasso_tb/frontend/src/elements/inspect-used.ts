/** What a map was made with, as a list: the method, every setting, the display, and where its effect lies. */
import { css, html, type TemplateResult } from "lit";
import type { MapInfo, ProbeInfo } from "../api-types";
import type { Choice } from "../logic/choice";
import type { Column } from "../logic/columns";
import { shown } from "../logic/form";
import { count, end, percent, plain } from "../logic/format";
import type { Patch, Patches } from "../logic/inspect";
import type { Scale } from "../logic/scale";
import { className, settingsFields } from "../logic/select";

export const usedStyle = css`
  .used { display: grid; grid-template-columns: minmax(88px, 24%) minmax(0, 1fr); gap: 4px 12px; font-size: 12px; line-height: 16px; }
  .used dt { color: var(--text-2); }
  .used dd { overflow-wrap: anywhere; }
`;

interface Used {
  info: MapInfo;
  column: Column;
  probe: ProbeInfo;
  scale: Scale | null;
  choice: Choice;
  patches: Patches | null;
  window: Patch | null;
}

export function usedList(used: Used): TemplateResult {
  const { info, column, probe } = used;
  const { visualization, checkpoint, model } = column;
  const input = model?.height && model.width ? `${model.height} × ${model.width}` : `${info.height} × ${info.width}`;
  const rows: [string, string | TemplateResult][] = [
    ["Visualization", `${visualization.title} of ${className(model, info.target)}`],
    ["Value", info.quantity],
    ...settingRows(used),
    ["Checkpoint", `step ${count(checkpoint.step)}, model ${checkpoint.model}`],
    ["Picture", `${probe.height} × ${probe.width} px, the model takes ${input} px`],
    ["Score", scoreWords(info)],
    ["Display", displayWords(used)],
    ...(info.computation ? [["Computed", info.computation] satisfies [string, string]] : []),
    ...info.notes.map((note): [string, string] => ["Note", note]),
  ];
  return html`<dl class="used">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

/** "logit 3.204 of the untouched picture, taken before the softmax" */
function scoreWords({ score, score_name: name, score_source: source }: MapInfo): string {
  const taken = source && `, taken ${source}`;
  return `${name} ${plain(Number(score.toPrecision(4)))} of the untouched picture${taken}`;
}

/** With what they come to: the window in pixels, the positions in passes. */
function settingRows({ info, column, patches, window }: Used): [string, string][] {
  const fields = shown(settingsFields(column.visualization, column.model), info.settings);
  return fields.map((field): [string, string] => {
    const value = info.settings[field.name];
    if (field.kind === "choice") {
      return [field.label, field.choices.find((one) => one.value === value)?.label ?? String(value)];
    }
    if (field.kind !== "number" || typeof value !== "number")
      return [field.label, value === true ? "yes" : value === false ? "no" : String(value)];
    const written = field.percent
      ? `${plain(percent(value))} %`
      : `${plain(value)}${field.unit ? ` ${field.unit}` : ""}`;
    if (field.name === "window" && patches && window) {
      const size = `${window.bottom - window.top} × ${window.right - window.left} px`;
      return [field.label, `${written}: ${size} of ${patches.height} × ${patches.width}`];
    }
    if (field.name === "positions" && patches) {
      return [field.label, `${value} × ${value}, ${count(value ** 2 + 1)} passes`];
    }
    return [field.label, written];
  });
}

function displayWords({ scale, choice }: Used): string {
  const { layer, opacity, threshold, smoothing } = choice.display;
  const layers = {
    over: `over the picture, opacity ${plain(percent(opacity))} %`,
    map: "map alone",
    picture: "picture alone",
  };
  const ends = scale ? `, colours end at ${scale.signed ? "±" : ""}${end(scale.clipped, false)}` : "";
  const kind = choice.scale === "view" ? (choice.locked ? " (locked)" : " (unlocked)") : ` (per ${choice.scale})`;
  const limit = threshold > 0 ? `, below ${plain(percent(threshold))} % of it drawn as no effect` : "";
  return `${layers[layer]}${ends}${scale ? (choice.scale === "manual" ? " (typed)" : kind) : ""}${limit}${smoothing ? ", smoothed" : ""}`;
}
