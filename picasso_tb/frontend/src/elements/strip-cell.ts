/** One map in a strip: the drawing, what stands under it, and what it is in words. */
import { html, type TemplateResult } from "lit";
import type { MapEntry, MapInfo, ModelInfo, ProbeInfo } from "../api-types";
import type { Loader } from "../loader";
import { maskUrl, pictureUrl } from "../logic/addresses";
import type { Across, Display } from "../logic/choice";
import { signed } from "../logic/format";
import { peakValue, type Scale } from "../logic/scale";
import type { Column } from "../logic/columns";
import { hasProbe, QUIET } from "../logic/cost";
import { className, isWrong, outputWords } from "../logic/select";
import type { State } from "../logic/state";
import { mapWords } from "./captions";
import { noMap } from "./no-map";
import "./map-canvas";

export interface CellProps {
  probe: ProbeInfo;
  entry: MapEntry | null;
  run: string;
  model: ModelInfo | null;
  loader: Loader;
  scale: Scale | null;
  display: Display;
  /** What to say where the map is still missing. */
  missing: string;
  width: number;
  height: number;
}

export function hasNoEffect(info: MapInfo, scale: Scale | null): boolean {
  return scale !== null && Math.abs(peakValue(info) ?? 0) < scale.threshold;
}

export function masksOf(run: string, probe: ProbeInfo, display: Display): string[] {
  return display.masks ? probe.masks.map((mask) => maskUrl(run, probe, mask)) : [];
}

export function cellMap(props: CellProps): TemplateResult {
  const { probe, entry, run, model, loader, scale, display, width, height } = props;
  const style = `height:${height}px`;
  const error = entry?.error;
  if (error) {
    const quiet = QUIET.has(error.code);
    return html`<div class="frame blank ${quiet ? "" : "error"}" style=${style} title=${error.message}>
      ${quiet ? "not computed" : error.message}
    </div>`;
  }
  const info = entry?.info;
  if (!info) return html`<div class="frame blank" style=${style}>${props.missing}</div>`;
  if (info.height === null || !scale) {
    return noMap({ info, model, label: probe.label, loader, small: true, style });
  }
  return html`<picasso-map-canvas
    class="frame"
    style=${style}
    .loader=${loader}
    .info=${info}
    .scale=${scale}
    .display=${display}
    .picture=${pictureUrl(run, probe, width * devicePixelRatio)}
    .masks=${masksOf(run, probe, display)}
    .words=${mapWords(info, { noEffect: hasNoEffect(info, scale) }, model)}
  ></picasso-map-canvas>`;
}

/** What changes from column to column: the prediction, the probability of the column's class, or the peak. */
export function caption({ probe, entry, model }: CellProps, across: Across): TemplateResult | null {
  const info = entry?.info;
  if (!info) return null;
  if (across === "classes") {
    return html`<p>
      <span>${className(model, info.target)}</span> <span>${outputWords(model, info.probability)}</span>
      <span class="quiet">${peakText(info)}</span>
    </p>`;
  }
  if (across === "methods") return html`<p class="quiet"><span>${peakText(info)}</span></p>`;
  const top = info.predictions[0];
  if (!top) return null;
  const name = className(model, top.class_index);
  const wrong = isWrong(info, probe) === true;
  return html`<p class=${wrong ? "bad" : "quiet"} title=${wrong ? `${name}, wrong` : name}>
    <span>${wrong ? "✕ " : ""}${name}</span> <span>${outputWords(model, top.probability)}</span>
  </p>`;
}

/** As a person would say it: "01 pullover, sunny, step 24: pullover .77, peak +0.54, wrong". It holds what is seen. */
export function cellWords(cell: CellProps, title: string, across: Across): string {
  const info = cell.entry?.info;
  return `${cell.probe.name}, ${title}: ${info ? numbersOf(info, cell, across) : missingIn(cell)}`;
}

/** Why there is no map, in words. */
export function missingIn({ entry, missing }: CellProps): string {
  return entry?.error ? `not computed, ${entry.error.message}` : missing;
}

/** "pullover .77, peak +0.54, wrong" */
export function numbersOf(info: MapInfo, { probe, model }: CellProps, across: Across): string {
  const top = info.predictions[0];
  const [index, share] =
    across === "classes" || !top ? [info.target, info.probability] : [top.class_index, top.probability];
  const wrong = isWrong(info, probe) ? ", wrong" : "";
  return `${className(model, index)} ${outputWords(model, share)}, ${peakText(info)}${wrong}`;
}

export function peakText(info: MapInfo): string {
  const peak = peakValue(info);
  return peak === null ? "no map" : `peak ${signed(peak, info.sign === "signed")}`;
}

/** What to say where the column's map of a probe is missing. */
export function missingWords(state: State, { id, run }: Column, probe: string): string {
  if (state.contents.has(run) && !hasProbe(state, run, probe)) return "not a probe of this run";
  const job = state.jobs.get(id);
  if (state.stopped || job?.phase === "cancelled") return "cancelled";
  if (job?.phase === "refused") return job.error?.message ?? "refused";
  return job?.phase === "computing" || job?.phase === "asking" ? "computing ..." : "waiting";
}
