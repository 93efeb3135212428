/** Colour maps: the rising half of "berry-teal" is the ember of magnitudes, so that one kind of colour means "more". */
import { hcl, rgb } from "d3-color";
import {
  interpolateCividis,
  interpolateGreys,
  interpolatePuOr,
  interpolateRdBu,
  interpolateViridis,
} from "d3-scale-chromatic";

type Colour = (share: number) => string;

export interface Ramp {
  name: string;
  title: string;
  colour: Colour;
}

/** Colours of 0, 1, ... TABLE - 1, four bytes each. */
export type Table = Uint8ClampedArray;
export const TABLE = 512;

/** Both arms climb the same lightness, so that equal sizes look equally strong; hue and chroma run through `stops`. */
function arm(stops: readonly [hue: number, chroma: number][]): Colour {
  return (share) => {
    const position = share * (stops.length - 1);
    const index = Math.min(Math.floor(position), stops.length - 2);
    const [from, to] = [stops[index], stops[index + 1]];
    if (!from || !to) throw new Error("Expected two stops at least");
    const part = position - index;
    const mix = (a: number, b: number): number => a + (b - a) * part;
    return hcl(mix(from[0], to[0]), mix(from[1], to[1]), 36 + 50 * share).formatRgb();
  };
}

const ember = arm([
  [0, 34],
  [30, 52],
  [58, 72],
  [85, 80],
]);
const ice = arm([
  [292, 34],
  [272, 46],
  [248, 46],
  [205, 48],
]);

export const RAMPS: Record<"signed" | "magnitude", readonly Ramp[]> = {
  signed: [
    { name: "berry-teal", title: "Berry–teal", colour: (t) => (t < 0.5 ? ice(1 - 2 * t) : ember(2 * t - 1)) },
    { name: "orange-purple", title: "Orange–purple", colour: (t) => interpolatePuOr(1 - t) },
    { name: "red-blue", title: "Red–blue", colour: (t) => interpolateRdBu(1 - t) },
    { name: "grey", title: "Grey, for print", colour: interpolateGreys },
  ],
  magnitude: [
    { name: "ember", title: "Ember", colour: ember },
    { name: "viridis", title: "Viridis", colour: interpolateViridis },
    { name: "cividis", title: "Cividis", colour: interpolateCividis },
    { name: "greys", title: "Grey, for print", colour: interpolateGreys },
  ],
};

const FIRST = { signed: "berry-teal", magnitude: "ember" } as const;
const tables = new Map<string, Table>();

/** Table of the named colour map; the default one where there is none of that name. */
export function table(sign: "signed" | "magnitude", name: string): Table {
  const ramp = RAMPS[sign].find((one) => one.name === name) ?? RAMPS[sign].find((one) => one.name === FIRST[sign]);
  if (!ramp) throw new Error("Expected a default colour map");
  const known = tables.get(ramp.name);
  if (known) return known;
  const made = new Uint8ClampedArray(4 * TABLE);
  for (let index = 0; index < TABLE; index++) {
    const { r, g, b } = rgb(ramp.colour(index / (TABLE - 1)));
    made.set([r, g, b, 255], 4 * index);
  }
  tables.set(ramp.name, made);
  return made;
}

const RUN_COLOURS = ["#425066", "#12b5cb", "#e52592", "#f9ab00", "#9334e6", "#7cb342", "#e8710a"];
const RUN_COLOURS_DARK = ["#8e98a3", "#12b5cb", "#f06bb0", "#f9ab00", "#b77df0", "#8fc44f", "#f08f3c"];

/** Colour of the run that came as the `index`-th: TensorBoard's own palette, in turn. */
export function runColour(index: number, dark: boolean): string {
  const palette = dark ? RUN_COLOURS_DARK : RUN_COLOURS;
  return palette[Math.max(0, index) % palette.length] ?? "";
}
