/** A picture to take away that explains itself: what stands in it, and where. */
import type { MapEntry, MapInfo, ProbeInfo } from "../api-types";
import { maskUrl, pictureUrl } from "./addresses";
import type { Display } from "./choice";
import { comparedColumns, type Column } from "./columns";
import type { Taken } from "./export";
import { end, signed } from "./format";
import { peakValue, type Scale } from "./scale";
import { differenceScale, scaleFor } from "./scales";
import { className, isWrong, outputWords } from "./select";
import type { State } from "./state";

export interface FigureCell {
  info: MapInfo;
  /** A second map: taken from the first, or at the right of the line at `swipe` (0..1) where there is one. */
  compared?: { info: MapInfo; swipe: number | null };
  scale: Scale;
  /** The prediction, and the peak of the map. */
  words: readonly string[];
}

export interface FigureRow {
  name: string;
  truth: string;
  picture: string;
  masks: readonly string[];
  /** Width by height. */
  ratio: number;
  /** A text says why there is no map. */
  cells: readonly (FigureCell | string)[];
}

export interface Figure {
  title: string;
  settings: string;
  heads: readonly string[];
  rows: readonly FigureRow[];
  /** Every scale of its maps, once. */
  scales: readonly Scale[];
  display: Display;
}

/** The maps that are known of these columns and probes, and how many are not. */
export function takenOf(
  state: State,
  columns: readonly Column[],
  probes: readonly ProbeInfo[],
): { taken: Taken[]; missing: number } {
  const pairs = columns.flatMap((column) => probes.map((probe) => ({ column, probe })));
  const found = pairs.map(({ column, probe }) => ({ column, probe, done: doneEntries(state, column, probe) }));
  const taken = found.flatMap(({ column, probe, done }) =>
    done.flatMap(({ info }) => (info ? [{ column, probe, info }] : [])),
  );
  return { taken, missing: found.filter(({ done }) => !done.length).length };
}

/** Whether there is anything to take. */
export function hasMaps(state: State, columns: readonly Column[], probes: readonly ProbeInfo[]): boolean {
  return columns.some((column) => probes.some((probe) => doneEntries(state, column, probe).length > 0));
}

function doneEntries(state: State, column: Column, probe: ProbeInfo): MapEntry[] {
  const entries = state.maps.get(column.id)?.get(probe.id) ?? [];
  return entries.filter(({ rank, state: stage }) => stage === "done" && (column.rank ?? rank) === rank);
}

export function figureOf(state: State, columns: readonly Column[], probes: readonly ProbeInfo[]): Figure {
  const ranks = ranksOf(state, columns, probes);
  const pair = pairOf(state, columns);
  const all = probes.map((probe) => rowOf(state, ranks, pair, probe));
  const rows = all.filter((row) => row.cells.some(isDrawn));
  const heads = ranks.map(({ column, rank }) => (rank ? `${column.title}, ${rank + 1}.` : column.title));
  return {
    title: titleOf(columns),
    settings: settingsWords(takenOf(state, columns, probes).taken),
    heads: pair ? [...heads, pairTitle(state, pair)] : heads,
    rows,
    scales: [...new Set(rows.flatMap((row) => row.cells.filter(isDrawn).map((cell) => cell.scale)))],
    display: state.choice.display,
  };
}

/** A column for each rank that any of the probes has a map of. */
function ranksOf(
  state: State,
  columns: readonly Column[],
  probes: readonly ProbeInfo[],
): { column: Column; rank: number }[] {
  return columns.flatMap((column) => {
    if (column.rank !== null) return [{ column, rank: column.rank }];
    const entries = probes.flatMap((probe) => doneEntries(state, column, probe));
    return [...new Set(entries.map((one) => one.rank))].sort((a, b) => a - b).map((rank) => ({ column, rank }));
  });
}

type Pair = readonly [Column, Column];

/** The comparison that the view shows, where both are taken along. */
function pairOf(state: State, columns: readonly Column[]): Pair | null {
  const pair = state.choice.view === "grid" ? comparedColumns(state) : null;
  return pair?.every((column) => columns.includes(column)) ? pair : null;
}

function pairTitle({ choice }: State, [one, other]: Pair): string {
  return choice.swipe === null ? `${one.title} − ${other.title}` : `${one.title} | ${other.title}`;
}

function isDrawn(cell: FigureCell | string): cell is FigureCell {
  return typeof cell !== "string";
}

function rowOf(
  state: State,
  ranks: readonly { column: Column; rank: number }[],
  pair: Pair | null,
  probe: ProbeInfo,
): FigureRow {
  const run = state.choice.run ?? ""; // the rows are its probes: another run may lack some
  const model = ranks[0]?.column.model ?? null;
  return {
    name: probe.name,
    truth: probe.label === null ? "" : `true ${className(model, probe.label)}`,
    picture: pictureUrl(run, probe),
    masks: state.choice.display.masks ? probe.masks.map((mask) => maskUrl(run, probe, mask)) : [],
    ratio: probe.width / probe.height,
    cells: [
      ...ranks.map(({ column, rank }) => cellOf(state, column, rank, probe)),
      ...(pair ? [pairCell(state, pair, probe)] : []),
    ],
  };
}

function cellOf(state: State, column: Column, rank: number, probe: ProbeInfo): FigureCell | string {
  const info = doneEntries(state, column, probe).find((one) => one.rank === rank)?.info;
  const scale = scaleFor(state, column, probe);
  if (!info) return "not computed";
  return info.height !== null && scale ? { info, scale, words: cellWords(info, column, probe) } : "no map";
}

function pairCell(state: State, pair: Pair, probe: ProbeInfo): FigureCell | string {
  const { rank, swipe } = state.choice;
  const [one, other] = pair.map((column) => cellOf(state, column, column.rank ?? rank, probe));
  if (!one || !other || !isDrawn(one) || !isDrawn(other)) return "no maps to compare";
  if (one.info.quantity !== other.info.quantity) return "different quantities, no difference";
  const scale = swipe === null ? differenceScale(one.scale) : one.scale;
  return { info: one.info, compared: { info: other.info, swipe }, scale, words: [] };
}

function cellWords(info: MapInfo, { model }: Column, probe: ProbeInfo): string[] {
  const top = info.predictions[0];
  const said = top ? `${className(model, top.class_index)} ${outputWords(model, top.probability)}` : "";
  const other = top?.class_index === info.target ? "" : `${className(model, info.target)} `;
  const peak = peakValue(info);
  const strength = peak === null ? "nothing measured" : `${other}peak ${signed(peak, info.sign === "signed")}`;
  return [isWrong(info, probe) ? `✕ ${said}, wrong` : said, strength];
}

/** What all columns share. */
function titleOf(columns: readonly Column[]): string {
  const one = (name: (column: Column) => string): string[] => {
    const names = new Set(columns.map(name));
    return names.size === 1 ? [...names] : [];
  };
  const parts = [
    ...one((column) => column.visualization.title),
    ...one((column) => column.run),
    ...one((column) => `step ${column.checkpoint.step}`),
  ];
  return parts.join(" · ") || "Picasso";
}

/** All of them, also those at their defaults: the picture may outlive the defaults. */
function settingsWords(taken: readonly Taken[]): string {
  const methods = new Map(taken.map((one) => [one.column.visualization.title, one.info.settings]));
  const words = ([title, settings]: [string, Record<string, unknown>]): string => {
    const listed = Object.entries(settings).map(([name, value]) => `${name} ${String(value)}`);
    return `${methods.size > 1 ? `${title}: ` : ""}${listed.join(", ")}`;
  };
  return [...methods].map(words).join("; ");
}

/** The ends of a scale and its middle, as printed under the legend. */
export function scaleEnds({ signed: isSigned, clipped }: Scale): [low: string, middle: string, high: string] {
  return isSigned ? [end(-clipped, true), "0", end(clipped, true)] : ["0", "", end(clipped, false)];
}

export const MARGIN = 24;
export const GAP = 8;
export const HEAD = 20;
export const LINE = 16;
export const LEGEND = 46;
const TITLE = 52;
const ROOM = 1600;
const CELLS = { least: 72, most: 480 };
const MOST_PIXELS = 64e6;
const MOST_SIDE = 16_000;

export interface FigureLayout {
  width: number;
  height: number;
  /** Device pixels each. */
  sharpness: number;
  cell: number;
  lanes: number;
  laneWidth: number;
  top: number;
  /** Place of each row. */
  rows: { top: number; left: number; height: number }[];
  legends: number;
}

/**
 * Rows one under the other; where each has one map, several side by side.
 *
 * Throws if the picture would be larger than a browser can draw.
 */
export function layoutOf({ heads, rows, scales }: Figure): FigureLayout {
  const lanes = heads.length === 1 && rows.length > 3 ? Math.min(4, Math.ceil(Math.sqrt(rows.length))) : 1;
  const across = (heads.length + 1) * lanes;
  const cell = Math.round(Math.min(CELLS.most, Math.max(CELLS.least, ROOM / across - GAP)));
  const laneWidth = (heads.length + 1) * (cell + GAP) + (lanes > 1 ? GAP : 0);
  const top = MARGIN + TITLE + (lanes > 1 ? 0 : HEAD);
  const places: FigureLayout["rows"] = [];
  let next = top;
  for (let from = 0; from < rows.length; from += lanes) {
    const line = rows.slice(from, from + lanes);
    const height = Math.round(cell / Math.min(...line.map((row) => row.ratio)));
    line.forEach((row, lane) =>
      places.push({ top: next, left: MARGIN + lane * laneWidth, height: Math.round(cell / row.ratio) }),
    );
    next += height + 2 * LINE + GAP + 4;
  }
  const width = Math.max(560, 2 * MARGIN + Math.min(lanes, rows.length) * laneWidth);
  const height = next + scales.length * LEGEND + MARGIN;
  const fits = (by: number): boolean =>
    by * by * width * height <= MOST_PIXELS && by * Math.max(width, height) <= MOST_SIDE;
  const sharpness = fits(2) ? 2 : 1;
  if (!fits(sharpness)) {
    const size = `${Math.round(width)} x ${Math.round(height)}`;
    throw new Error(`Expected a picture of at most ${MOST_SIDE} pixels a side. Received: ${size}. Select fewer maps.`);
  }
  return { width, height, sharpness, cell, lanes, laneWidth, top, rows: places, legends: next };
}
