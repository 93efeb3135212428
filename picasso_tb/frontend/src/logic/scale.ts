/**
 * One scale for every map in view, never one a map.
 *
 * - A signed scale is symmetric around zero, a magnitude starts at zero.
 * - Locked (the default), its end is the largest size seen so far of that quantity: it grows when another step, run
 *   or setting needs it, and never shrinks, so that colours stay comparable. A change of probability starts at a half,
 *   so that the tiny changes of an untrained network are never drawn as large ones.
 * - Unlocked, the end is the largest size in view.
 */
import type { MapInfo } from "../api-types";

export interface Scale {
  quantity: string;
  signed: boolean;
  /** Largest size of any map in view, rounded up. */
  end: number;
  /** Where colours end: `end` times the clip. */
  clipped: number;
  /** Sizes below it are drawn as no effect. */
  threshold: number;
}

/** What decides whether two maps may share a scale. */
export function scaleKey(visualization: string, info: MapInfo): string {
  return `${visualization}: ${info.quantity}`;
}

/** The value of largest size, with its sign; null for a method that draws no map or measured nothing. */
export function peakValue(info: MapInfo): number | null {
  if (info.lowest === null || info.highest === null) return null;
  return Math.abs(info.lowest) > Math.abs(info.highest) ? info.lowest : info.highest;
}

/** Largest size among `infos`, rounded up to two digits so that the ends read well. */
export function largestSize(infos: readonly MapInfo[]): number {
  return roundUp(Math.max(0, ...infos.map((info) => Math.abs(peakValue(info) ?? 0))));
}

/** The least end of a locked scale: differences of probability have a natural size, slopes and logits have none. */
export function leastEnd(quantity: string): number {
  const ofProbability = /(?<!log-)(?<!log )\bprobabilit/i.test(quantity);
  return ofProbability && !/gradient|slope|logarithm|per /i.test(quantity) ? 0.5 : 0;
}

export function makeScale(info: MapInfo, end: number, clip: number, threshold: number): Scale {
  const usable = end > 0 ? end : 1;
  const clipped = usable * clip;
  return {
    quantity: info.quantity,
    signed: info.sign === "signed",
    end: usable,
    clipped,
    threshold: clipped * threshold,
  };
}

/** Place of a value between the ends of the scale, 0..1. */
export function place(scale: Scale, value: number): number {
  const share = scale.signed ? (value / scale.clipped + 1) / 2 : value / scale.clipped;
  return Math.min(1, Math.max(0, share));
}

export function roundUp(value: number): number {
  if (value === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(value / unit - 1e-9) * unit).toPrecision(2));
}
