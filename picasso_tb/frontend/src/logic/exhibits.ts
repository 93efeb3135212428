/** What a visualization shows beside a map, as words and shares. */
import type { ChartExhibit, Exhibits, ModelInfo, TableExhibit } from "../api-types";
import { plain } from "./format";
import { className } from "./select";

export type Exhibit = Exhibits["exhibits"][number];
export type Cell = TableExhibit["rows"][number][number];

/** A number with few digits, a class by its name. */
export function cellWords(cell: Cell, model: ModelInfo | null): string {
  if (cell === null) return "";
  if (typeof cell === "string") return cell;
  return typeof cell === "number" ? plain(Number(cell.toPrecision(4))) : className(model, cell.class_index);
}

export interface Bar {
  name: string;
  value: number | null;
  /** Where it begins and how long it is, as shares of the width. */
  from: number;
  length: number;
}

/** The bars of each place, all on one scale that holds zero. */
export function barsOf({ x, lines }: ChartExhibit, model: ModelInfo | null): { place: string; bars: Bar[] }[] {
  const values = Object.values(lines).flatMap((line) => line.filter((value) => value !== null));
  const low = Math.min(0, ...values);
  const range = Math.max(0, ...values) - low || 1;
  return x.map((cell, index) => ({
    place: cellWords(cell, model),
    bars: Object.entries(lines).map(([name, line]) => {
      const value = line[index] ?? null;
      const [from, to] = [Math.min(0, value ?? 0), Math.max(0, value ?? 0)];
      return { name, value, from: (from - low) / range, length: (to - from) / range };
    }),
  }));
}

/** Of a line chart: numbers along the axis where all places are numbers, else their order. */
export function placesOf({ x }: ChartExhibit): number[] {
  const numbers = x.filter((cell): cell is number => typeof cell === "number");
  const rising = numbers.every((value, index) => index === 0 || value > (numbers[index - 1] ?? value));
  return numbers.length === x.length && rising ? numbers : x.map((_, index) => index);
}
