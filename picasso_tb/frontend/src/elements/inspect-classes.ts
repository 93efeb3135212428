/** What the network says with the patch in place, and of the untouched picture: in words and as bars. */
import { css, html, type TemplateResult } from "lit";
import type { MapInfo, ModelInfo } from "../api-types";
import type { ClassShares, CoveredPrediction, RegionShare } from "../logic/inspect";
import { signed } from "../logic/format";
import { className, givesNumber, outputWords } from "../logic/select";

const SHOWN = 6;

export const classesStyle = css`
  .said { font-size: 18px; line-height: 24px; }
  .classes { display: grid; grid-template-columns: minmax(72px, 34%) minmax(48px, 1fr) 40px 56px; gap: 6px 10px; align-items: center; }
  .classes > span { overflow-wrap: anywhere; }
  .classes .rest { grid-column: 2 / 5; }
  .classes .number { text-align: right; }
  .track { position: relative; height: 8px; background: var(--line); }
  .track i { position: absolute; inset: 0 auto 0 0; background: var(--text-2); }
  .track b { position: absolute; top: -3px; bottom: -3px; width: 2px; background: var(--text); }
`;

/** "inside garment 12 % of the effect, on 30 % of the area": more than its area is what counts. */
export function regionBars(regions: ReadonlyMap<string, RegionShare | null>): TemplateResult {
  return html`<div class="classes">
    ${[...regions].map(([name, share]) =>
      share
        ? html`<span title=${name}>${name}</span>
            <div class="track" aria-hidden="true">
              <i style="width:${100 * share.effect}%"></i><b style="left:calc(${100 * share.area}% - 1px)"></b>
            </div>
            <span class="number">${Math.round(100 * share.effect)} %</span>
            <span class="number quiet">${Math.round(100 * share.area)} %</span>`
        : html`<span title=${name}>${name}</span><span class="quiet rest">no effect anywhere</span>`,
    )}
  </div>`;
}

/** "coat .90. Top class changes from pullover. pullover .99 → .10" */
export function coveredWords(found: CoveredPrediction | null, model: ModelInfo | null): TemplateResult {
  if (!found) return html`<p class="quiet">The patch covers no pixel here.</p>`;
  const { before, after, target, unsure } = found;
  const name = (one: ClassShares): string => className(model, one.index);
  const changed = before.index !== after.index;
  return html`<p class="quiet">Prediction with this part covered</p>
    <p class="said">${name(after)} ${outputWords(model, after.covered)}</p>
    ${
      givesNumber(model)
        ? null
        : html`<p class="quiet">
      ${changed ? html`Top class changes from ${name(before)}.` : html`Top class stays ${name(before)}.`}
      ${unsure ? "A class that is not among those kept may be more probable." : ""}
    </p>`
    }
    ${
      target
        ? html`<p class="quiet">
          ${name(target)}: ${outputWords(model, target.untouched)} → ${outputWords(model, target.covered)}
          (${signed(target.covered - target.untouched)})
        </p>`
        : null
    }`;
}

/** The same in a line, to be read out. */
export function spokenWords(found: CoveredPrediction | null, model: ModelInfo | null): string {
  if (!found) return "";
  const { before, after } = found;
  const named = (one: ClassShares, share: number): string =>
    `${className(model, one.index)} ${outputWords(model, share)}`;
  return `Covered: ${named(after, after.covered)}, uncovered: ${named(before, before.untouched)}`;
}

/** A bar for the covered picture and a tick for the untouched; without a patch bars of the untouched alone. */
export function classBars(
  info: MapInfo,
  found: CoveredPrediction | null,
  model: ModelInfo | null,
  label: number | null,
): TemplateResult {
  const untouched = info.predictions.map((one) => ({
    index: one.class_index,
    covered: one.probability,
    untouched: one.probability,
  }));
  const all: readonly ClassShares[] = found?.classes ?? untouched;
  const shown = all.filter((one, rank) => rank < SHOWN || one.index === info.target || one.index === label);
  return html`<div class="classes">
    ${shown.map((one) => {
      const name = className(model, one.index);
      const roles = [one.index === info.target ? "explained" : "", one.index === label ? "true" : ""].filter(Boolean);
      return html`<span title=${name}
          >${name}${roles.length ? html`<span class="quiet"> (${roles.join(", ")})</span>` : null}</span
        >
        <div class="track" aria-hidden="true">
          <i style="width:${100 * one.covered}%"></i>
          ${found ? html`<b style="left:calc(${100 * one.untouched}% - 1px)"></b>` : null}
        </div>
        <span class="number">${outputWords(model, one.covered)}</span>
        <span class="number quiet">${found ? signed(one.covered - one.untouched) : ""}</span>`;
    })}
  </div>`;
}
