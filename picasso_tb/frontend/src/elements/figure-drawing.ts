/** Draws a figure as a PNG: on white, with names, ends and legend, so that it explains itself anywhere. */
import type { Loader } from "../loader";
import { table, TABLE } from "../logic/colour";
import { difference } from "../logic/difference";
import {
  GAP,
  HEAD,
  layoutOf,
  LEGEND,
  LINE,
  MARGIN,
  scaleEnds,
  type Figure,
  type FigureCell,
  type FigureLayout,
  type FigureRow,
} from "../logic/figure";
import type { View } from "../logic/paint";
import type { Scale } from "../logic/scale";
import { differenceDisplay } from "../logic/scales";
import { drawMap, STROKES, type Context, type Drawing } from "./map-drawing";

const INK = "#212121";
const QUIET = "#5a5f64";
const FAMILY = 'Roboto, "Helvetica Neue", Arial, sans-serif';
const LEGEND_WIDTH = 320;

/** Throws in words for people where it cannot be drawn. */
export async function figurePng(figure: Figure, loader: Loader, signal: AbortSignal): Promise<Blob> {
  const layout = layoutOf(figure);
  const canvas = new OffscreenCanvas(layout.width * layout.sharpness, layout.height * layout.sharpness);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("The browser gives no canvas to draw on.");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  const pen = new Pen(context, layout.sharpness);
  pen.text(figure.title, MARGIN, MARGIN + 14, { size: 15, weight: 500, most: layout.width - 2 * MARGIN });
  pen.text(figure.settings, MARGIN, MARGIN + 34, { size: 11, colour: QUIET, most: layout.width - 2 * MARGIN });
  if (layout.lanes === 1) drawHeads(pen, figure, layout);
  for (const [index, row] of figure.rows.entries()) await drawRow(pen, row, index, { figure, layout, loader, signal });
  figure.scales.forEach((scale, index) => drawLegend(pen, figure, scale, layout.legends + index * LEGEND));
  return canvas.convertToBlob({ type: "image/png" });
}

function drawHeads(pen: Pen, { heads }: Figure, { cell, top }: FigureLayout): void {
  heads.forEach((head, index) => {
    pen.text(head, MARGIN + (index + 1) * (cell + GAP), top - HEAD + 12, { size: 12, weight: 500, most: cell });
  });
}

interface Work {
  figure: Figure;
  layout: FigureLayout;
  loader: Loader;
  signal: AbortSignal;
}

async function drawRow(pen: Pen, row: FigureRow, index: number, work: Work): Promise<void> {
  const { layout, loader, signal } = work;
  const place = layout.rows[index];
  if (!place) return;
  const { top, left, height } = place;
  const beneath = top + height + LINE - 3;
  pen.text(row.name, left, beneath, { size: 12, weight: 500, most: layout.cell });
  pen.text(row.truth, left, beneath + LINE, { size: 11, colour: QUIET, most: layout.cell });
  const say = (words: string, from: number): void =>
    pen.text(words, from, top + height / 2, { size: 11, colour: QUIET, most: layout.cell });
  const urls = [row.picture, ...row.masks];
  const pictures = await Promise.all(urls.map((url) => loader.picture(url, signal))).catch(() => null);
  const [image, ...masks] = pictures ?? [];
  if (image) pen.image(image, top, left, height, layout.cell);
  else say("The picture or a mask of it cannot be read.", left);
  for (const [column, cell] of row.cells.entries()) {
    const from = left + (column + 1) * (layout.cell + GAP);
    if (typeof cell === "string") say(cell, from);
    else if (image) await drawCell(pen, cell, { image, masks, top, left: from, height }, work);
  }
}

async function drawCell(
  pen: Pen,
  { info, compared, scale, words }: FigureCell,
  at: { image: HTMLImageElement; masks: HTMLImageElement[]; top: number; left: number; height: number },
  { figure, layout, loader, signal }: Work,
): Promise<void> {
  const { image, masks, top, left, height } = at;
  const [grid, other] = await Promise.all([
    loader.map(info.key, signal),
    compared && loader.map(compared.info.key, signal),
  ]);
  const by = layout.sharpness;
  const box = { top: top * by, left: left * by, height: Math.round(height * by), width: Math.round(layout.cell * by) };
  const drawing = { grid, image, masks, scale, display: figure.display };
  if (!compared || !other) drawMap(pen.context, drawing, box.height, box.width, box.top, box.left);
  else if (compared.swipe !== null) drawSwiped(pen, [drawing, { ...drawing, grid: other }], compared.swipe, box);
  else {
    const taken = { ...drawing, grid: difference(grid, other), display: differenceDisplay(figure.display) };
    drawMap(pen.context, taken, box.height, box.width, box.top, box.left);
  }
  words.forEach((text, line) => {
    const colour = line ? QUIET : INK;
    pen.text(text, left, top + height + LINE - 3 + line * LINE, { size: 11, colour, most: layout.cell });
  });
}

/** One map at the left of the line, the other at its right. */
function drawSwiped(
  pen: Pen,
  [one, other]: readonly [Drawing, Drawing],
  share: number,
  { top, left, height, width }: { top: number; left: number; height: number; width: number },
): void {
  const line = Math.round(share * width);
  const part = (from: number, to: number): View => ({
    top: 0,
    left: from / width,
    height: 1,
    width: (to - from) / width,
  });
  if (line > 0) drawMap(pen.context, { ...one, view: part(0, line) }, height, line, top, left);
  if (line < width) drawMap(pen.context, { ...other, view: part(line, width) }, height, width - line, top, left + line);
  pen.line(left + line, top, height);
}

function drawLegend(pen: Pen, { display }: Figure, scale: Scale, top: number): void {
  const colours = table(
    scale.signed ? "signed" : "magnitude",
    scale.signed ? display.signedColours : display.magnitudeColours,
  );
  pen.text(scale.quantity, MARGIN, top + 12, { size: 12, most: LEGEND_WIDTH * 2 });
  for (let step = 0; step < LEGEND_WIDTH; step++) {
    const at = 4 * Math.floor((step / LEGEND_WIDTH) * TABLE);
    const value = scale.signed ? (2 * step) / LEGEND_WIDTH - 1 : step / LEGEND_WIDTH;
    const blank = Math.abs(value) * scale.clipped < scale.threshold;
    const colour = blank ? "128, 128, 128" : `${colours[at]}, ${colours[at + 1]}, ${colours[at + 2]}`;
    pen.box(`rgb(${colour})`, top + 18, MARGIN + step, 10, 1);
  }
  const [low, middle, high] = scaleEnds(scale);
  const ends: [string, number, CanvasTextAlign][] = [
    [low, 0, "left"],
    [middle, LEGEND_WIDTH / 2, "center"],
    [high, LEGEND_WIDTH, "right"],
  ];
  for (const [words, from, align] of ends) pen.text(words, MARGIN + from, top + 40, { size: 11, colour: QUIET, align });
}

interface Style {
  size: number;
  weight?: number;
  colour?: string;
  align?: CanvasTextAlign;
  /** Width that the text may take. */
  most?: number;
}

/** Draws in layout pixels. */
class Pen {
  constructor(
    readonly context: Context,
    private readonly by: number,
  ) {}

  text(words: string, left: number, base: number, style: Style): void {
    const { context, by } = this;
    context.font = `${style.weight ?? 400} ${style.size * by}px ${FAMILY}`;
    context.fillStyle = style.colour ?? INK;
    context.textAlign = style.align ?? "left";
    context.fillText(this.cut(words, (style.most ?? Infinity) * by), left * by, base * by);
  }

  image(image: HTMLImageElement, top: number, left: number, height: number, width: number): void {
    const { context, by } = this;
    context.imageSmoothingEnabled = image.naturalWidth > width * by;
    context.drawImage(image, left * by, top * by, width * by, height * by);
  }

  box(colour: string, top: number, left: number, height: number, width: number): void {
    this.context.fillStyle = colour;
    this.context.fillRect(left * this.by, top * this.by, width * this.by, height * this.by);
  }

  /** Upright, light with a dark edge; in device pixels. */
  line(left: number, top: number, height: number): void {
    for (const [style, width] of STROKES) {
      this.context.fillStyle = style;
      this.context.fillRect(left - width / 2, top, width, height);
    }
  }

  private cut(words: string, most: number): string {
    if (this.context.measureText(words).width <= most) return words;
    let kept = words;
    while (kept && this.context.measureText(`${kept}…`).width > most) kept = kept.slice(0, -1);
    return `${kept}…`;
  }
}
