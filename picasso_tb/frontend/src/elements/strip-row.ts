/** One probe in a strip: its picture, its maps, and how two of them differ. */
import { html, type TemplateResult } from "lit";
import type { MapEntry, ProbeInfo } from "../api-types";
import type { Loader } from "../loader";
import { pictureUrl } from "../logic/addresses";
import type { Across, Display } from "../logic/choice";
import { ends } from "../logic/format";
import { perObject } from "../logic/memo";
import { differenceScale } from "../logic/scales";
import { className, outputWords } from "../logic/select";
import { entryAt } from "../logic/strip";
import { caption, cellMap, cellWords, masksOf, peakText, type CellProps } from "./strip-cell";
import type { StripColumn } from "./strip-head";
import "./swipe";

export interface RowProps {
  probe: ProbeInfo;
  across: Across;
  loader: Loader;
  display: Display;
  rank: number;
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

export function entryOf({ column, maps }: StripColumn, probe: ProbeInfo, rank: number): MapEntry | null {
  return entryAt(maps?.get(probe.id), column.rank ?? rank);
}

function cellProps(props: RowProps, one: StripColumn): CellProps {
  const { probe, loader, display, rank, height } = props;
  const { column, missing } = one;
  const scale = one.scaleFor(probe);
  const entry = entryOf(one, probe, rank);
  return { probe, entry, run: column.run, model: column.model, loader, scale, display, missing, height };
}

/** The picture, its name, and the true class. */
export function probeHead(props: RowProps, any: StripColumn | undefined, tab: number): TemplateResult {
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
      src=${pictureUrl(any?.column.run ?? "", probe)}
    />
    <div title=${probe.name}>${probe.name}</div>
    <div class="quiet">${[label, own].filter(Boolean).join(", ")}</div>
  </div>`;
}

export function stripCell(
  props: RowProps,
  one: StripColumn,
  place: { index: number; left: number; tab: number },
  on: { hover: (event: PointerEvent) => void; leave: () => void; inspect: () => void },
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
    @pointerenter=${on.hover}
    @pointerleave=${on.leave}
    @dblclick=${on.inspect}
  >
    ${cellMap(cell)}${caption(cell, props.across)}
  </div>`;
}

/** How two columns differ: the difference of their maps, or both with a line between them to drag. */
export function pinnedCell(props: RowProps, pinned: Pinned): TemplateResult {
  const { one, other, words } = pinned;
  const label = `${props.probe.name}, ${one.column.title} minus ${other.column.title}`;
  return html`<div class="pinned" role="gridcell">
    <div class="seen">${compared(props, pinned, label)}</div>
    ${words ? html`<div class="said">${words(props.probe)}</div>` : null}
  </div>`;
}

function compared(props: RowProps, pinned: Pinned, label: string): TemplateResult {
  const { probe, rank, height, loader, display } = props;
  const { one, other } = pinned;
  const [first, second] = [entryOf(one, probe, rank)?.info, entryOf(other, probe, rank)?.info];
  const style = `height:${height}px`;
  const scale = one.scaleFor(probe);
  const picture = pictureUrl(one.column.run, probe);
  const masks = masksOf(one.column.run, probe, display);
  if (!first || !second) return html`<div class="frame blank" style=${style}>waiting for both maps</div>`;
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
      .words=${`${probe.name}: ${one.column.title} at the left, ${other.column.title} at the right`}
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
    .display=${bare(display)}
    .picture=${picture}
    .masks=${masks}
    .words=${`Difference, ${label}`}
  ></picasso-map-canvas>`;
}

/** A difference is drawn without the picture, so that it is not taken for a map. */
const bare = perObject((display: Display): Display => {
  return { ...display, layer: display.layer === "picture" ? "picture" : "map" };
});

/** What a cell says in figures, beside it. */
export function tip(
  props: RowProps,
  one: StripColumn | undefined,
  at: { x: number; y: number },
): TemplateResult | null {
  const info = one && entryOf(one, props.probe, props.rank)?.info;
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
