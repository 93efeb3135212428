/** A rectangle on a picture, in its pixels: `bottom` and `right` lie just beyond it. */

export interface Region {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

export interface Size {
  height: number;
  width: number;
}

/** Between two points given as shares of the picture's sides; at least one pixel large. */
export function regionBetween(one: Point, other: Point, { height, width }: Size): Region {
  const [top, bottom] = span(one.y, other.y, height);
  const [left, right] = span(one.x, other.x, width);
  return { top, left, bottom, right };
}

export interface Point {
  x: number;
  y: number;
}

function span(one: number, other: number, side: number): [number, number] {
  const low = clamp(Math.floor(Math.min(one, other) * side), 0, side - 1);
  return [low, clamp(Math.ceil(Math.max(one, other) * side), low + 1, side)];
}

/** With one side moved by the keyboard; the other sides give way no further than the picture and a pixel allow. */
export function withSide(region: Region, side: keyof Region, value: number, { height, width }: Size): Region {
  const whole = Math.round(value);
  const bounds: Record<keyof Region, [number, number]> = {
    top: [0, region.bottom - 1],
    left: [0, region.right - 1],
    bottom: [region.top + 1, height],
    right: [region.left + 1, width],
  };
  return { ...region, [side]: clamp(whole, ...bounds[side]) };
}

/** The middle half: where the keyboard begins. */
export function middle({ height, width }: Size): Region {
  return regionBetween({ x: 0.25, y: 0.25 }, { x: 0.75, y: 0.75 }, { height, width });
}

/** As the server takes it. */
export function written({ top, left, bottom, right }: Region): string {
  return [top, left, bottom, right].join(",");
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
