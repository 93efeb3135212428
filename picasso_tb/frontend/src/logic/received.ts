/** What a model receives, in words. */
import type { Received } from "../api-types";
import { plain } from "./format";

/** "float32 (28, 28, 1), 0.00 to 1.00" */
export function valuesWords({ height, width, channels, lowest, highest }: Received): string {
  return `float32 (${height}, ${width}, ${channels}), ${twoDigits(lowest)} to ${twoDigits(highest)}`;
}

/** "Drawn from 0 (black) to 1 (white)." Channels that agree are said once. */
export function drawnWords({ black, white }: Received): string {
  return `Drawn from ${each(black)} (black) to ${each(white)} (white).`;
}

function each(values: readonly number[]): string {
  const words = values.map((value) => plain(Number(value.toPrecision(4))));
  return new Set(words).size === 1 ? (words[0] ?? "") : words.join(", ");
}

function twoDigits(value: number): string {
  return value.toFixed(2).replace("-", "−");
}
