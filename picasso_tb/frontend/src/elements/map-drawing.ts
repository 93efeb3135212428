/** Draws a map over its picture onto a canvas: for the screen and for pictures to take away. */
import { table } from "../logic/colour";
import type { Display } from "../logic/choice";
import type { Grid } from "../logic/npy";
import { outline, paint, type View, WHOLE } from "../logic/paint";
import type { Scale } from "../logic/scale";

/** A rectangle in map pixels, `bottom` and `right` just beyond it. */
export interface Box {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

export interface Drawing {
  grid: Grid;
  image: HTMLImageElement;
  scale: Scale;
  display: Display;
  /** Region masks whose outlines are drawn. */
  masks?: readonly HTMLImageElement[];
  /** The window under the pointer. */
  box?: Box | null;
  view?: View;
}

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Fills `height` x `width` pixels from (`top`, `left`) on; the context should be one that is read often. */
export function drawMap(context: Context, drawing: Drawing, height: number, width: number, top = 0, left = 0): void {
  const { grid, image, scale, display, masks = [], box = null, view = WHOLE } = drawing;
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.imageSmoothingEnabled = image.naturalWidth * view.width > width;
  drawPart(context, image, view, height, width, top, left);
  const pixels = context.getImageData(left, top, width, height);
  const colours = scale.signed ? display.signedColours : display.magnitudeColours;
  paint(pixels.data, height, width, grid, scale, {
    layer: display.layer,
    opacity: display.opacity,
    smoothing: display.smoothing,
    table: table(scale.signed ? "signed" : "magnitude", colours),
    view,
  });
  for (const mask of masks) outline(pixels.data, height, width, insideOf(mask, height, width, view));
  context.putImageData(pixels, left, top);
  if (box) drawBox(context, box, grid, view, { top, left, height, width });
  context.restore();
}

function drawPart(
  context: Context,
  image: HTMLImageElement,
  view: View,
  height: number,
  width: number,
  top: number,
  left: number,
): void {
  const { naturalHeight, naturalWidth } = image;
  const source = [view.left * naturalWidth, view.top * naturalHeight] as const;
  const size = [view.width * naturalWidth, view.height * naturalHeight] as const;
  context.drawImage(image, ...source, ...size, left, top, width, height);
}

/** One for each of `height` x `width` pixels that the mask covers. */
function insideOf(mask: HTMLImageElement, height: number, width: number, view: View): Uint8Array {
  const inside = new Uint8Array(height * width);
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) return inside;
  context.imageSmoothingEnabled = false;
  drawPart(context, mask, view, height, width, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  for (let index = 0; index < inside.length; index++) inside[index] = (data[4 * index] ?? 0) > 127 ? 1 : 0;
  return inside;
}

/** Light with a dark line on both sides, so that it is seen on any ground: colours and widths. */
export const STROKES = [
  ["#000", 4],
  ["#fff", 2],
] as const;

function drawBox(
  context: Context,
  box: Box,
  grid: Grid,
  view: View,
  drawn: { top: number; left: number; height: number; width: number },
): void {
  const y = (row: number): number => drawn.top + ((row / grid.height - view.top) / view.height) * drawn.height;
  const x = (column: number): number => drawn.left + ((column / grid.width - view.left) / view.width) * drawn.width;
  const rectangle = [x(box.left), y(box.top), x(box.right) - x(box.left), y(box.bottom) - y(box.top)] as const;
  for (const [style, line] of STROKES) {
    context.strokeStyle = style;
    context.lineWidth = line;
    context.strokeRect(...rectangle);
  }
}
