/** What stands under a tile: what the network says, what is true, and how strong the map is. */
import { html, nothing, type TemplateResult } from "lit";
import type { MapInfo, ModelInfo, ProbeInfo } from "../api-types";
import { count, plural, signed } from "../logic/format";
import { peakValue } from "../logic/scale";
import { className, outputWords } from "../logic/select";
import type { Shown } from "../logic/shown";

/** The prediction and the truth; a wrong one with a cross and the word. */
export function verdict({ prediction, wrong, probe }: Shown, model: ModelInfo | null): TemplateResult {
  const predicted = prediction && classAndShare(model, prediction.classIndex, prediction.probability);
  return html`<div class="class">${predicted}</div>
    ${probe.label === null ? null : truth(className(model, probe.label), wrong === true)}`;
}

function truth(label: string, wrong: boolean): TemplateResult {
  if (wrong) return html`<div class="bad" title="wrong, true label: ${label}">✕ wrong, true ${label}</div>`;
  return html`<div class="quiet" title="true label: ${label}">true ${label}</div>`;
}

/**
 * The class explained, where it need not be the predicted one, and the peak. Hidden from those who listen: the map's
 * own text says it.
 */
export function measured(info: MapInfo, { noEffect }: Shown, model: ModelInfo | null, named: boolean): TemplateResult {
  const target = named ? html`<div class="class">${classAndShare(model, info.target, info.probability)}</div>` : null;
  const strength = peakValue(info) === null ? null : html`<div>${peakWords(info, noEffect)}</div>`;
  return html`<div aria-hidden="true">${target}${strength}</div>`;
}

/** `unsaid` where the picture beside it bears the name already. */
export function probeName({ name, uploaded }: ProbeInfo, unsaid: boolean): TemplateResult {
  const mark = uploaded ? html` <span class="mark">added</span>` : null;
  return html`<div class="quiet" title=${name} aria-hidden=${unsaid || nothing}>${name}${mark}</div>`;
}

/** "04 coat, rainy, pullover .99, true coat, wrong": an option that is not drawn. */
export function tileWords({ probe, prediction, wrong }: Shown, model: ModelInfo | null): string {
  const predicted = prediction
    ? [`${className(model, prediction.classIndex)} ${outputWords(model, prediction.probability)}`]
    : [];
  const label = probe.label === null ? [] : [`true ${className(model, probe.label)}`];
  return [probe.name, ...predicted, ...label, ...(wrong ? ["wrong"] : [])].join(", ");
}

/** The text alternative of a map's canvas. */
export function mapWords(info: MapInfo, { noEffect }: Pick<Shown, "noEffect">, model: ModelInfo | null): string {
  return `Map of ${className(model, info.target)} ${outputWords(model, info.probability)}, ${peakWords(info, noEffect)}`;
}

/** A long name is cut, never the number behind it. */
function classAndShare(model: ModelInfo | null, index: number, share: number): TemplateResult {
  const name = className(model, index);
  return html`<span class="cut" title=${name}>${name}</span> <span>${outputWords(model, share)}</span>`;
}

function peakWords(info: MapInfo, noEffect: boolean): string {
  const peak = peakValue(info);
  if (peak === null) return "nothing measured";
  return `peak ${signed(peak, info.sign === "signed")}${noEffect ? ", no effect" : ""}`;
}

/** "3 of 24 probes", or "24 probes". */
export function numberShown(shown: number, all: number): string {
  return shown < all ? `${count(shown)} of ${plural(all, "probe")}` : plural(all, "probe");
}
