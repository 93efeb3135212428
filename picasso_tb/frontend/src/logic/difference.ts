/** What changes from one map to another: drawn, as one number, and in words. Pure, so that it is tested without a canvas. */
import { signed, whereabouts } from "./format";
import { peakOf, type Grid } from "./npy";

/** `one` minus `other`, on a grid as fine as the finer of both; NaN where either was not measured. */
export function difference(one: Grid, other: Grid): Grid {
  const height = Math.max(one.height, other.height);
  const width = Math.max(one.width, other.width);
  const values = new Float32Array(height * width);
  forEachPair(one, other, (first, second, index) => (values[index] = first - second));
  return { height, width, values };
}

/** Pearson's correlation over what both measured, -1..1; null where either is the same everywhere. */
export function correlation(one: Grid, other: Grid): number | null {
  let [count, meanOne, meanOther, squaresOne, squaresOther, products] = [0, 0, 0, 0, 0, 0];
  forEachPair(one, other, (first, second) => {
    if (Number.isNaN(first) || Number.isNaN(second)) return;
    count++;
    // Welford's update: sums of squares would lose the small differences of nearly flat maps.
    const fromMean = first - meanOne;
    const otherFromMean = second - meanOther;
    meanOne += fromMean / count;
    meanOther += otherFromMean / count;
    squaresOne += fromMean * (first - meanOne);
    squaresOther += otherFromMean * (second - meanOther);
    products += fromMean * (second - meanOther);
  });
  if (squaresOne === 0 || squaresOther === 0) return null;
  return Math.max(-1, Math.min(1, products / Math.sqrt(squaresOne * squaresOther)));
}

/** Mean size of the difference over what both measured, in the maps' unit; null where they share nothing. */
export function distance(one: Grid, other: Grid): number | null {
  let [count, sum] = [0, 0];
  forEachPair(one, other, (first, second) => {
    const size = Math.abs(first - second);
    if (Number.isNaN(size)) return;
    count++;
    sum += size;
  });
  return count ? sum / count : null;
}

/** Mean over a region (one value a map pixel, not zero inside), of what was measured there; null where nothing was. */
export function meanInside({ values }: Grid, inside: Uint8Array): number | null {
  let [count, sum] = [0, 0];
  values.forEach((value, index) => {
    if (!inside[index] || Number.isNaN(value)) return;
    count++;
    sum += value;
  });
  return count ? sum / count : null;
}

/** Walks the finer grid on each side; a coarser map answers with the value that covers the place. */
function forEachPair(one: Grid, other: Grid, visit: (first: number, second: number, index: number) => void): void {
  const height = Math.max(one.height, other.height);
  const width = Math.max(one.width, other.width);
  for (let row = 0; row < height; row++) {
    const rowOne = Math.floor(((row + 0.5) * one.height) / height) * one.width;
    const rowOther = Math.floor(((row + 0.5) * other.height) / height) * other.width;
    for (let column = 0; column < width; column++) {
      const first = one.values[rowOne + Math.floor(((column + 0.5) * one.width) / width)] ?? NaN;
      const second = other.values[rowOther + Math.floor(((column + 0.5) * other.width) / width)] ?? NaN;
      visit(first, second, row * width + column);
    }
  }
}

/** `+0.89 in the upper right`; `no effect` and `nothing measured` where that is so. */
export function peakWords(map: Grid, isSigned: boolean, threshold = 0): string {
  const peak = peakOf(map);
  if (!peak) return "nothing measured";
  if (peak.value === 0 || Math.abs(peak.value) < threshold) return "no effect";
  return `${signed(peak.value, isSigned)} ${whereabouts(peak.row, peak.column, map.height, map.width)}`;
}
