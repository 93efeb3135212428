/** The header of a strip: how strong each column is, which one it is, and since when maps respond. */
import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { MapEntry, ProbeInfo } from "../api-types";
import type { Column } from "../logic/columns";
import type { Across } from "../logic/choice";
import { GAP, type Layout } from "../logic/columns-layout";
import { signed } from "../logic/format";
import type { Scale } from "../logic/scale";
import { AXIS, BAR, FLAG, TITLE, type Sheet } from "../logic/sheet";
import type { Strength } from "../logic/strip";

/** A column with what is known of it. */
export interface StripColumn {
  column: Column;
  entryFor: (probe: ProbeInfo) => MapEntry | null;
  /** Of the column's maps; where every probe has its own, only the bars in the header go by it. */
  scale: Scale | null;
  scaleFor: (probe: ProbeInfo) => Scale | null;
  strength: Strength;
  /** Over the column; `Column.title` may say more, to those who only hear it. */
  title: string;
  /** Under the title: "first", "best, last". */
  below: string;
  /** Of a run, else "". */
  colour: string;
  /** What to say where the map of a probe is missing. */
  missing: (probe: ProbeInfo) => string;
}

export interface HeadProps {
  columns: readonly StripColumn[];
  sheet: Sheet;
  /** Columns drawn: from the first to one past the last. */
  drawn: readonly [number, number];
  across: Across;
  /** What the bars are; "" where there are none. */
  strength: string;
  onset: number;
  sentence: string;
  compared: readonly number[];
  /** The header cell that the Tab key leads to, -1 for none. */
  tab: number;
  pinned: TemplateResult | null;
  choose: (index: number) => void;
  compare: (index: number) => void;
}

/** Room for the sentence and the bars, where there are any. */
function overTitle({ strength }: HeadProps): number {
  return strength ? FLAG + BAR : 4;
}

export function headHeight({ across, strength }: Pick<HeadProps, "across" | "strength">): number {
  return (strength ? FLAG + BAR : 4) + TITLE + (across === "checkpoints" ? AXIS : 0);
}

export function stripHead(props: HeadProps): TemplateResult {
  const { columns, sheet, drawn, across, onset, pinned } = props;
  const { first, layout } = sheet;
  const height = headHeight(props);
  const bars = overTitle(props);
  const current = columns.findIndex(({ column }) => column.current);
  return html`<div class="head" role="rowgroup" style="height:${height}px">
    ${marks(columns, sheet, onset)}
    <div class="line ${props.compared.length ? "comparing" : ""}" role="row" aria-rowindex="1" style="height:100%">
      <div class="corner" role="columnheader" aria-colindex="1">
        <p style="bottom:${height - bars}px">${props.strength}</p>
        <p class="step" style="top:${bars}px">
          ${across === "checkpoints" ? "Step" : html`<span class="unseen">Probe</span>`}
        </p>
      </div>
      ${columns.slice(...drawn).map((one, offset) => columnHead(one, drawn[0] + offset, props))}
      ${
        pinned
          ? html`<div
            class="pinned"
            role="columnheader"
            aria-colindex=${columns.length + 2}
            style="padding-top:${bars}px">${pinned}</div>`
          : null
      }
    </div>
    ${
      across === "checkpoints"
        ? html`<div class="ticks" style="left:${first}px">${axis(layout, drawn, current, bars + TITLE)}</div>`
        : null
    }
    ${onset >= 0 ? flag(props.sentence, onsetLeft(sheet, onset), first + layout.total) : null}
  </div>`;
}

/** The column of the current choice. */
function band(columns: readonly StripColumn[], { first, layout }: Sheet): TemplateResult | null {
  const left = layout.lefts[columns.findIndex(({ column }) => column.current)];
  if (left === undefined || columns.length < 2) return null;
  return html`<div class="band" style="left:${first + left - GAP / 2}px;width:${layout.width + GAP}px"></div>`;
}

/** What goes through header, rows and chart: that band, and the line from which on maps respond. */
export function marks(columns: readonly StripColumn[], sheet: Sheet, onset: number): TemplateResult {
  const line = html`<div class="onset" style="left:${onsetLeft(sheet, onset)}px"></div>`;
  return html`${band(columns, sheet)}${onset >= 0 ? line : null}`;
}

function onsetLeft({ first, layout }: Sheet, onset: number): number {
  return first + (layout.lefts[onset] ?? 0) - GAP / 2;
}

function columnHead(one: StripColumn, index: number, props: HeadProps): TemplateResult {
  const { column, title, strength, scale, below, colour } = one;
  const { across } = props;
  const { layout, first } = props.sheet;
  const tab = props.tab === index ? 0 : -1;
  return html`<div
    role="columnheader"
    aria-colindex=${index + 2}
    class="column ${column.current ? "current" : ""}"
    style="left:${first + (layout.lefts[index] ?? 0)}px;width:${layout.width}px"
  >
    ${props.strength ? bar(strength, scale, index < props.onset) : null}
    <div class="title" style="top:${overTitle(props)}px">
      <button
        tabindex=${tab}
        aria-current=${column.current ? "true" : nothing}
        aria-label=${below ? `${column.title}, ${below}` : column.title}
        title=${column.title}
        data-column=${index}
        @click=${() => props.choose(index)}
      >
        ${colour ? html`<span class="dot" style="background:${colour}"></span>` : null}${title}
      </button>
      <small>${below}</small>
      ${across === "runs" && props.columns.length < 3 ? null : compareBox(column, index, tab, props)}
    </div>
  </div>`;
}

/** Of two runs both are compared: there is nothing to choose. */
function compareBox({ title }: Column, index: number, tab: number, props: HeadProps): TemplateResult {
  return html`<label class="compare">
    <input
      type="checkbox"
      tabindex=${tab}
      aria-label=${`Compare ${title}`}
      .checked=${live(props.compared.includes(index))}
      @change=${() => props.compare(index)}
    />compare
  </label>`;
}

/** From this share of its full height a bar has room for its number. */
const INSIDE = 0.5;

function bar({ median, complete }: Strength, scale: Scale | null, low: boolean): TemplateResult | null {
  if (median === null || !scale) return null;
  const share = Math.min(1, median / scale.end);
  const height = Math.max(1, Math.round(share * BAR));
  const inside = share > INSIDE && !low;
  const top = FLAG + BAR - (inside ? height - 2 : height + 14);
  const words = signed(median, false) + (complete ? "" : " ...");
  return html`<div class="bar ${low ? "low" : ""}" style="top:${FLAG + BAR - height}px;height:${height}px"></div>
    <span class="strength ${inside ? "inside" : ""}" style="top:${top}px">${words}</span>`;
}

/** A tick a checkpoint; where a column had to make room, a line leads to where it belongs. */
function axis(
  { lefts, marks, width, total }: Layout,
  drawn: readonly [number, number],
  current: number,
  top: number,
): TemplateResult {
  const ticks: SVGTemplateResult[] = [];
  for (let index = drawn[0]; index < drawn[1]; index++) {
    const middle = (lefts[index] ?? 0) + width / 2;
    const mark = marks[index] ?? middle;
    ticks.push(svg`<path d="M${middle} 0V3L${mark} 8V12" />`);
    if (index === current) ticks.push(svg`<path class="now" d="M${mark - 6} 4h12v6l-6 5-6-5z" />`);
  }
  return html`<svg class="axis" aria-hidden="true" style="top:${top}px;width:${total}px;height:${AXIS}px">
    ${svg`<path d="M${marks[0] ?? 0} 10H${marks.at(-1) ?? 0}" />`}${ticks}
  </svg>`;
}

/** Where the maps begin to respond: the sentence stands beside its line, on the side that has room. */
function flag(words: string, left: number, total: number): TemplateResult {
  const side = left > total / 2 ? `right:${total - left - 1}px` : `left:${left - 1}px`;
  return html`<div class="flag" style=${side}>${words}</div>`;
}
