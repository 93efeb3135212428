/** What stands above the large map, and the words at the pointer. */
import { css, html, type TemplateResult } from "lit";
import type { MapEntry, MapInfo, ModelInfo, ProbeInfo } from "../api-types";
import { runColour } from "../logic/colour";
import type { Column } from "../logic/columns";
import { count, signed } from "../logic/format";
import type { Patch, Position } from "../logic/inspect";
import type { Spot } from "../logic/npy";
import { obey } from "../logic/obey";
import { className, isWrong, outputWords } from "../logic/select";
import type { State } from "../logic/state";
import { act } from "./act";
import { next, previous } from "./icons";

export const inspectStyle = css`
  :host { display: flex; flex-direction: column; min-height: 0; container-type: inline-size; }
  .bar { display: flex; align-items: center; gap: 4px 12px; min-height: 44px; padding: 4px 24px; flex-wrap: wrap; flex: none; }
  .bar b { font-weight: 500; }
  .bar i { width: 10px; height: 10px; border-radius: 50%; flex: none; margin-right: -4px; }
  .bar .cut { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 320px; }
  .ranks { display: flex; gap: 4px; }
  .ranks .button { height: 24px; padding: 0 8px; }
  .ranks [aria-pressed="true"] { border-color: var(--select); font-weight: 500; }
  .top { padding: 0 24px; max-height: 40%; overflow: auto; flex: none; }
  .body {
    flex: 1; min-height: 0; overflow: auto; padding: 0 24px 24px; display: grid; gap: 28px; align-items: start;
    grid-template-columns: max-content minmax(0, 1fr);
  }
  .left { display: grid; grid-template-columns: minmax(0, 1fr); gap: 8px; min-width: 0; width: max(280px, min((100vh - 216px) * var(--ratio), 100cqw - 396px, 62cqw)); }
  .map { position: relative; aspect-ratio: var(--ratio); background: var(--sunken); }
  .map > * { position: absolute; inset: 0; }
  .map.plain { aspect-ratio: auto; background: none; }
  .map.plain > * { position: static; }
  .former :is(.map, .side) { opacity: 0.3; transition: opacity 0s 0.2s; }
  .blank { display: grid; place-content: center; padding: 16px; text-align: center; color: var(--text-2); }
  .blank.bad { color: var(--bad); }
  .side { max-width: 720px; min-width: 0; }
  @media (max-width: 960px) {
    .bar, .top, .body { padding-inline: 12px; }
  }
  @container (max-width: 720px) {
    .body { grid-template-columns: minmax(0, 1fr); gap: 16px; }
    .left { width: max(min(100%, 280px), min(100%, (100vh - 160px) * var(--ratio))); }
  }
`;

interface Bar {
  state: State;
  column: Column;
  probe: ProbeInfo;
  entries: readonly MapEntry[];
  entry: MapEntry | null;
  dark: boolean;
}

export function inspectBar(host: EventTarget, { state, column, probe, entries, entry, dark }: Bar): TemplateResult {
  const { run, checkpoint, model } = column;
  return html`<div class="bar">
    <i style="background:${runColour(state.knownRuns.indexOf(run), dark)}"></i>
    <span><b>${run}</b> <span class="quiet">step ${count(checkpoint.step)}</span></span>
    <span class="cut" title=${probe.name}>${probe.name}</span>
    ${entry?.info ? verdictOf(entry.info, probe, model) : null}
    ${entries.length > 1 ? ranksOf(host, entries, entry, model) : null}
    <span class="grow"></span>
    ${walk(host, state, "previous-probe", "Previous probe", previous)}
    ${walk(host, state, "next-probe", "Next probe", next)}
  </div>`;
}

function verdictOf(info: MapInfo, probe: ProbeInfo, model: ModelInfo | null): TemplateResult | null {
  const top = info.predictions[0];
  if (!top) return null;
  const said = `${className(model, top.class_index)} ${outputWords(model, top.probability)}`;
  if (probe.label === null) return html`<span>${said}</span>`;
  if (!isWrong(info, probe)) return html`<span>${said} <span class="quiet">true</span></span>`;
  return html`<span>${said} <span class="bad">✕ wrong, true ${className(model, probe.label)}</span></span>`;
}

/** A map of each target: one of them is large. */
function ranksOf(
  host: EventTarget,
  entries: readonly MapEntry[],
  current: MapEntry | null,
  model: ModelInfo | null,
): TemplateResult {
  return html`<span class="ranks" role="group" aria-label="Map of class">
    ${entries.map(
      (one) => html`<button
        class="button"
        aria-pressed=${one === current}
        @click=${() => act(host, { type: "choose", choice: { rank: one.rank } })}
      >
        ${one.info ? className(model, one.info.target) : `${one.rank + 1}.`}
      </button>`,
    )}
  </span>`;
}

function walk(
  host: EventTarget,
  state: State,
  command: "previous-probe" | "next-probe",
  label: string,
  icon: TemplateResult,
): TemplateResult {
  const action = obey(command, state);
  return html`<button
    class="icon"
    aria-label=${label}
    title=${label}
    ?disabled=${!action}
    @click=${() => action && act(host, action)}
  >
    ${icon}
  </button>`;
}

/** The value first, then where it is: rows and columns, counted from the upper left. */
export function spotWords(
  info: MapInfo,
  model: ModelInfo | null,
  spot: Spot | null,
  patch: Patch | null,
  position: Position | null,
): string[] {
  if (!spot) return [];
  const value = Number.isNaN(spot.value) ? "not measured" : signed(spot.value, info.sign === "signed");
  const pixel = `row ${spot.row + 1}, column ${spot.column + 1} of ${info.height} × ${info.width}`;
  const covered =
    patch && position
      ? [
          `patch ${position.row + 1}, ${position.column + 1}: rows ${patch.top}–${patch.bottom}, columns ${patch.left}–${patch.right} px`,
        ]
      : [];
  return [`${value} ${className(model, info.target)}`, pixel, ...covered];
}
