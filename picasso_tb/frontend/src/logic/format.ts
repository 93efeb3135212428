/** Numbers as words: a real minus, few digits, nothing that claims more than was measured. */

const MINUS = "\u2212";

/** `.97`, `>.99`, `<.01`: never quite sure, as a float32 near 1 is rounded. */
export function probability(value: number): string {
  if (value > 0.995) return ">.99";
  if (value < 0.005) return "<.01";
  return value.toFixed(2).replace(/^0/, "");
}

/** `+0.89`, `−0.008`, `+12.4`, `+2.1e−4`; without the plus for magnitudes. */
export function signed(value: number, withPlus = true): string {
  const size = magnitude(Math.abs(value));
  if (value < 0 && Number(size.replace(MINUS, "-")) !== 0) return MINUS + size;
  return withPlus && value > 0 ? `+${size}` : size;
}

function magnitude(size: number): string {
  if (size === 0) return "0";
  if (size < 0.001) return size.toExponential(1).replace("-", MINUS);
  if (size < 0.095) return size.toFixed(3);
  if (size < 10) return size.toFixed(2);
  return size < 100 ? size.toFixed(1) : count(Math.round(size));
}

/** A number as it is, with a real minus. */
export function plain(value: number): string {
  return String(Number(value.toPrecision(6))).replace("-", MINUS);
}

/** The end of a scale: `+0.95`, `−1`. */
export function end(value: number, withPlus: boolean): string {
  return signed(value, withPlus).replace(/\.0+$|(\.\d*[1-9])0+$/, "$1");
}

/** Both ends of a scale: `−0.5 to +0.5`, `0 to 2.1`. */
export function ends({ signed: isSigned, clipped }: { signed: boolean; clipped: number }): string {
  return isSigned ? `${end(-clipped, true)} to ${end(clipped, true)}` : `0 to ${end(clipped, false)}`;
}

const english = new Intl.NumberFormat("en"); // made once: to make it takes longer than to use it

export function count(value: number): string {
  return english.format(value);
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `0.4 s`, `3 s`, `2 min`, `1.5 h`. */
export function seconds(value: number): string {
  if (value < 1) return `${Math.max(0.1, value).toFixed(1)} s`;
  if (value < 90) return `${Math.round(value)} s`;
  if (value < 5400) return `${Math.round(value / 60)} min`;
  return `${(value / 3600).toFixed(1)} h`;
}

/** `computing, 4 s ...`; a job says that it is done just before its last maps have come. */
export function phaseWords(phase: string, since: number): string {
  if (phase === "done" || phase === "cancelled") return "finishing ...";
  return phase ? `${phase}, ${seconds(since)} ...` : "waiting for the server ...";
}

export function percent(share: number): number {
  return Number((100 * share).toPrecision(12));
}

/** "upper left", "middle", ...: where in the picture, as a person would say it. */
export function whereabouts(row: number, column: number, height: number, width: number): string {
  const vertical = ["upper", "", "lower"][Math.min(2, Math.floor((3 * row) / height))] ?? "";
  const horizontal = ["left", "", "right"][Math.min(2, Math.floor((3 * column) / width))] ?? "";
  if (!vertical && !horizontal) return "in the middle";
  if (!horizontal) return `in the ${vertical} middle`;
  if (!vertical) return `in the middle ${horizontal}`;
  return `in the ${vertical} ${horizontal}`;
}
