/** One probe in a strip: its picture, its maps, and how two of them differ. */
import { html, type TemplateResult } from "lit";
import type { ProbeInfo } from "../api-types";
import type { Loader } from "../loader";
import { pictureUrl } from "../logic/addresses";
import type { Across, Display } from "../logic/choice";
import { ends } from "../logic/format";
import { differenceDisplay, differenceScale } from "../logic/scales";
import type { Sheet } from "../logic/sheet";
import { className, outputWords } from "../logic/select";
import { caption, cellMap, cellWords, masksOf, missingIn, numbersOf, peakText, type CellProps } from "./strip-cell";
import type { StripColumn } from "./strip-head";
import "./swipe";

/** Where a probe is shown, and how. */
export interface CellOf {
  probe: ProbeInfo;
  /** The run that the rows come from: it has the pictures of all of them. */
  run: string;
  across: Across;
  loader: Loader;
  display: Display;
  /** Of a map, and of the first column. */
  width: number;
  height: number;
  first: number;
  row: number;
}

/** The difference column: its header, and how each row is shown in it. */
export interface Pinned {
  one: StripColumn;
  other: StripColumn;
  /** Where the line between both maps stands, 0..1; null shows their difference. */
  swipe: number | null;
  /** What stands in the header. */
  head: TemplateResult;
  swiped: (share: number) => void;
  /** What is said of a probe beside the difference. */
  words?: (probe: ProbeInfo) => TemplateResult;
}

function cellProps(props: CellOf, one: StripColumn): CellProps {
  const { probe, run, loader, display, width, height } = props;
  const { model } = one.column;
  const scale = one.scaleFor(probe);
  const entry = one.entryFor(probe);
  return { probe, entry, run, model, loader, scale, display, missing: one.missing(probe), width, height };
}

interface RowProps extends CellOf {
  columns: readonly StripColumn[];
  /** Columns drawn: from the first to one past the last. */
  drawn: readonly [number, number];
  sheet: Sheet;
  pinned: Pinned | null;
  /** The column that the Tab key leads to, -1 for the picture; null where it leads to another row. */
  tab: number | null;
}

interface RowEvents {
  hover: (event: PointerEvent, column: number) => void;
  leave: () => void;
  inspect: (column: number) => void;
}

export function stripRow(props: RowProps, on: RowEvents): TemplateResult {
  const { columns, drawn, sheet, pinned, row, first } = props;
  const { rows, layout } = sheet;
  const tab = (column: number): number => (column === props.tab ? 0 : -1);
  const cell = (one: StripColumn, index: number): TemplateResult =>
    stripCell(props, one, { index, left: first + (layout.lefts[index] ?? 0), tab: tab(index) }, on);
  const place = `top:${rows.tops[row] ?? 0}px;height:${rows.heights[row] ?? 0}px`;
  return html`<div class="row" role="row" aria-rowindex=${row + 2} style=${place}>
    ${probeHead(props, columns[0], tab(-1))}
    ${columns.slice(...drawn).map((one, offset) => cell(one, drawn[0] + offset))}
    ${pinned ? pinnedCell(props, pinned, { index: columns.length, tab: tab(columns.length) }) : null}
  </div>`;
}

/** The picture, its name, and the true class. */
function probeHead(props: CellOf, any: StripColumn | undefined, tab: number): TemplateResult {
  const { probe, first, width, height, row } = props;
  const drawn = Math.min(first - 8, width);
  const label = probe.label === null ? "" : `true ${className(any?.column.model ?? null, probe.label)}`;
  const scale = any?.scaleFor(probe);
  const own = scale && scale !== any?.scale ? ends(scale) : "";
  return html`<div class="probe" role="rowheader" aria-colindex="1" tabindex=${tab} data-row=${row} data-column="-1">
    <img
      class=${probe.width <= 128 ? "small" : ""}
      style="width:${drawn}px;height:${Math.round((height * drawn) / width)}px"
      alt=""
      loading="lazy"
      decoding="async"
      draggable="false"
      src=${pictureUrl(props.run, probe, drawn * devicePixelRatio)}
    />
    <div title=${probe.name}>${probe.name}</div>
    <div class="quiet">${[label, own].filter(Boolean).join(", ")}</div>
  </div>`;
}

function stripCell(
  props: CellOf,
  one: StripColumn,
  place: { index: number; left: number; tab: number },
  on: RowEvents,
): TemplateResult {
  const cell = cellProps(props, one);
  const { column } = one;
  return html`<div
    role="gridcell"
    class="cell ${column.current ? "current" : ""}"
    aria-colindex=${place.index + 2}
    aria-label=${cellWords(cell, column.title, props.across)}
    tabindex=${place.tab}
    data-row=${props.row}
    data-column=${place.index}
    style="left:${place.left}px"
    @pointerenter=${(event: PointerEvent) => on.hover(event, place.index)}
    @pointerleave=${on.leave}
    @dblclick=${() => on.inspect(place.index)}
  >
    ${cellMap(cell)}${caption(cell, props.across)}
  </div>`;
}

/**
 * How two columns differ: the difference of their maps, or both with a line between them to drag. Named by its
 * contents, which say the numbers of both.
 */
function pinnedCell(props: CellOf, pinned: Pinned, place: { index: number; tab: number }): TemplateResult {
  const { one, other, words } = pinned;
  const label = `${props.probe.name}, ${one.column.title} minus ${other.column.title}`;
  return html`<div
    class="pinned"
    role="gridcell"
    aria-colindex=${place.index + 2}
    tabindex=${place.tab}
    data-row=${props.row}
    data-column=${place.index}
  >
    <div class="seen">${compared(props, pinned, label)}</div>
    ${words ? html`<div class="said">${words(props.probe)}</div>` : null}
  </div>`;
}

function compared(props: CellOf, pinned: Pinned, label: string): TemplateResult {
  const { probe, run, across, height, loader, display } = props;
  const { one, other } = pinned;
  const cells = [cellProps(props, one), cellProps(props, other)] as const;
  const [first, second] = cells.map(({ entry }) => entry?.info);
  const style = `height:${height}px`;
  const scale = one.scaleFor(probe);
  const picture = pictureUrl(run, probe, props.width * devicePixelRatio);
  const masks = masksOf(run, probe, display);
  if (!first || !second) {
    const lacking = cells.findIndex(({ entry }) => !entry?.info);
    const title = lacking ? other.column.title : one.column.title;
    return html`<div class="frame blank" style=${style}>${title}: ${missingIn(cells[lacking ? 1 : 0])}</div>`;
  }
  const said = [numbersOf(first, cells[0], across), numbersOf(second, cells[1], across)].join("; ");
  if (first.height === null || second.height === null || !scale)
    return html`<div class="frame blank" style=${style}>no maps to compare</div>`;
  if (first.quantity !== second.quantity)
    return html`<div class="frame blank" style=${style}>different quantities, no difference</div>`;
  if (pinned.swipe !== null) {
    return html`<picasso-swipe
      style=${style}
      .loader=${loader}
      .one=${first}
      .other=${second}
      .scale=${scale}
      .display=${display}
      .picture=${picture}
      .masks=${masks}
      .words=${`${probe.name}: ${one.column.title} at the left, ${other.column.title} at the right (${said})`}
      .share=${pinned.swipe}
      @swiped=${(event: CustomEvent<number>) => pinned.swiped(event.detail)}
    ></picasso-swipe>`;
  }
  return html`<picasso-map-canvas
    class="frame"
    style=${style}
    .loader=${loader}
    .info=${first}
    .minus=${second}
    .scale=${differenceScale(scale)}
    .display=${differenceDisplay(display)}
    .picture=${picture}
    .masks=${masks}
    .words=${`Difference, ${label} (${said})`}
  ></picasso-map-canvas>`;
}

/** What a cell says in figures, beside it. */
export function tip(props: CellOf, one: StripColumn | undefined, at: { x: number; y: number }): TemplateResult | null {
  const info = one?.entryFor(props.probe)?.info;
  if (!info) return null;
  const { model } = one.column;
  const beyond = at.x + 220 > innerWidth ? `right:${innerWidth - at.x + props.width + 12}px` : `left:${at.x}px`;
  const top = Math.min(at.y, innerHeight - 130);
  return html`<div class="tip" style="${beyond};top:${top}px">
    ${props.probe.name}, ${one.column.title}
    <dl>
      ${info.predictions.slice(0, 3).map(
        ({ class_index, probability: share }) =>
          html`<dt>${className(model, class_index)}</dt>
            <dd>${outputWords(model, share)}</dd>`,
      )}
      <dt>map of ${className(model, info.target)}</dt>
      <dd>${peakText(info)}</dd>
    </dl>
  </div>`;
}
