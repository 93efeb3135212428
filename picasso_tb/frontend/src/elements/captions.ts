/** What stands under a tile: what the network says, what is true, and how strong the map is. */
import { html, type TemplateResult } from "lit";
import type { MapInfo, ModelInfo, ProbeInfo } from "../api-types";
import { probability, signed } from "../logic/format";
import { peakValue } from "../logic/scale";
import { className, type Shown } from "../logic/select";

/** The prediction and the truth; a wrong one with a cross and the word. */
export function verdict({ prediction, wrong, probe }: Shown, model: ModelInfo | null): TemplateResult {
  const predicted = prediction && classWords(model, prediction.classIndex, prediction.probability);
  return html`<div class="class">${predicted}</div>
    ${probe.label === null ? null : truth(className(model, probe.label), wrong === true)}`;
}

function truth(label: string, wrong: boolean): TemplateResult {
  if (wrong) return html`<div class="bad" title="wrong, true label: ${label}">✕ wrong, true ${label}</div>`;
  return html`<div class="quiet">true ${label}</div>`;
}

/** The class explained, where it need not be the predicted one, and the peak. */
export function measured(info: MapInfo, { noEffect }: Shown, model: ModelInfo | null, named: boolean): TemplateResult {
  const peak = peakValue(info);
  const strength = peak === null ? null : html`<div>${peakWords(peak, info)}${noEffect ? ", no effect" : ""}</div>`;
  return html`${named ? html`<div>${classWords(model, info.target, info.probability)}</div>` : null}${strength}`;
}

export function probeName({ name, uploaded }: ProbeInfo): TemplateResult {
  const mark = uploaded ? html` <span class="mark">added</span>` : null;
  return html`<div class="quiet" title=${name}>${name}${mark}</div>`;
}

/** The text alternative of a map's canvas. */
export function mapWords(info: MapInfo, model: ModelInfo | null): string {
  const peak = peakValue(info);
  const strength = peak === null ? "nothing measured" : peakWords(peak, info);
  return `Map of ${classWords(model, info.target, info.probability)}, ${strength}`;
}

function classWords(model: ModelInfo | null, index: number, share: number): string {
  return `${className(model, index)} ${probability(share)}`;
}

function peakWords(peak: number, info: MapInfo): string {
  return `peak ${signed(peak, info.sign === "signed")}`;
}
