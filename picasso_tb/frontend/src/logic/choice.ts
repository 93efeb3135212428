/** What the user chose: everything a link carries, and how it is written into one. */
import type { MapsRequest } from "../api-types";
import type { Values } from "./form";
import type { Layer } from "./paint";

export type Targets = NonNullable<MapsRequest["targets"]>;
export type Arrangement = "pair" | "map" | "picture";
export type Filter = "all" | "wrong" | "no-effect";
export type Order = "logged" | "confidence" | "peak";

export interface Display {
  layer: Layer;
  signedColours: string;
  magnitudeColours: string;
  /** All three 0..1; threshold and clip are shares of the scale's end. */
  opacity: number;
  threshold: number;
  clip: number;
}

export interface Choice {
  run: string | null;
  /** Null follows the newest checkpoint. */
  step: number | null;
  model: string | null;
  visualization: string | null;
  /** Changed settings, by visualization. */
  settings: Record<string, Values>;
  targets: Targets;
  display: Display;
  arrangement: Arrangement;
  filter: Filter;
  order: Order;
  locked: boolean;
  /** End of the locked scale that a link brought along. */
  end: number | null;
}

export const DISPLAY: Display = {
  layer: "over",
  signedColours: "berry-teal",
  magnitudeColours: "ember",
  opacity: 0.9,
  threshold: 0.05,
  clip: 1,
};

export const CHOICE: Choice = {
  run: null,
  step: null,
  model: null,
  visualization: null,
  settings: {},
  targets: { kind: "top", count: 1 },
  display: DISPLAY,
  arrangement: "pair",
  filter: "all",
  order: "logged",
  locked: true,
  end: null,
};

const PREFIX = "p.picasso.";
const LAYERS: readonly Layer[] = ["over", "map", "picture"];
const ARRANGEMENTS: readonly Arrangement[] = ["pair", "map", "picture"];
const FILTERS: readonly Filter[] = ["all", "wrong", "no-effect"];
const ORDERS: readonly Order[] = ["logged", "confidence", "peak"];

/** The fragment of a link; values at their defaults are left out. */
export function writeHash(choice: Choice): string {
  const { display } = choice;
  const settings = choice.settings[choice.visualization ?? ""] ?? {};
  const entries: [string, string | null][] = [
    ["run", choice.run],
    ["step", choice.step === null ? null : String(choice.step)],
    ["model", choice.model],
    ["visualization", choice.visualization],
    ["settings", Object.keys(settings).length ? JSON.stringify(settings) : null],
    ["targets", unless("top-1", writeTargets(choice.targets))],
    ["layer", unless(DISPLAY.layer, display.layer)],
    ["signed-colours", unless(DISPLAY.signedColours, display.signedColours)],
    ["magnitude-colours", unless(DISPLAY.magnitudeColours, display.magnitudeColours)],
    ["opacity", unless(String(DISPLAY.opacity), String(display.opacity))],
    ["threshold", unless(String(DISPLAY.threshold), String(display.threshold))],
    ["clip", unless(String(DISPLAY.clip), String(display.clip))],
    ["arrangement", unless(CHOICE.arrangement, choice.arrangement)],
    ["filter", unless(CHOICE.filter, choice.filter)],
    ["order", unless(CHOICE.order, choice.order)],
    ["scale", choice.locked ? null : "free"],
    ["end", choice.locked && choice.end !== null ? String(choice.end) : null],
  ];
  const present = entries.filter((entry): entry is [string, string] => entry[1] !== null);
  return ["#picasso", ...present.map(([key, value]) => `${PREFIX}${key}=${encodeURIComponent(value)}`)].join("&");
}

/** The choice in a fragment, null where it holds nothing of ours; what is malformed counts as absent. */
export function readHash(hash: string): Choice | null {
  const found = entriesOf(hash);
  if (!found.size) return null;
  const visualization = found.get("visualization") ?? null;
  const settings = parseObject(found.get("settings"));
  return {
    run: found.get("run") ?? null,
    step: numberOf(found.get("step"), -Infinity, Infinity),
    model: found.get("model") ?? null,
    visualization,
    settings: visualization && settings ? { [visualization]: settings } : {},
    targets: readTargets(found.get("targets")),
    display: {
      layer: oneOf(LAYERS, found.get("layer")) ?? DISPLAY.layer,
      signedColours: found.get("signed-colours") ?? DISPLAY.signedColours,
      magnitudeColours: found.get("magnitude-colours") ?? DISPLAY.magnitudeColours,
      opacity: numberOf(found.get("opacity"), 0, 1) ?? DISPLAY.opacity,
      threshold: numberOf(found.get("threshold"), 0, 1) ?? DISPLAY.threshold,
      clip: numberOf(found.get("clip"), 0.01, 1) ?? DISPLAY.clip,
    },
    arrangement: oneOf(ARRANGEMENTS, found.get("arrangement")) ?? CHOICE.arrangement,
    filter: oneOf(FILTERS, found.get("filter")) ?? CHOICE.filter,
    order: oneOf(ORDERS, found.get("order")) ?? CHOICE.order,
    locked: found.get("scale") !== "free",
    end: numberOf(found.get("end"), 0, Infinity),
  };
}

/** `top-2`, `true`, `class-0`, `class-3,5`. */
export function writeTargets(targets: Targets): string {
  if (targets.kind === "top") return `top-${targets.count}`;
  return targets.kind === "true" ? "true" : `class-${targets.classes.join(",")}`;
}

export function readTargets(written: string | undefined): Targets {
  if (written === "true") return { kind: "true" };
  const top = /^top-(\d+)$/.exec(written ?? "");
  if (top) return { kind: "top", count: Math.min(20, Math.max(1, Number(top[1]))) };
  const classes = /^class-(\d+(?:,\d+)*)$/.exec(written ?? "");
  if (classes) return { kind: "classes", classes: (classes[1] ?? "").split(",").map(Number) };
  return CHOICE.targets;
}

function entriesOf(hash: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of hash.replace(/^#/, "").split("&")) {
    const [key = "", value = ""] = part.split(/=(.*)/s);
    if (!key.startsWith(PREFIX)) continue;
    try {
      found.set(key.slice(PREFIX.length), decodeURIComponent(value));
    } catch {
      continue; // A link cut in the middle of an escape.
    }
  }
  return found;
}

function unless(usual: string, value: string): string | null {
  return value === usual ? null : value;
}

function oneOf<T extends string>(known: readonly T[], value: string | undefined): T | null {
  return known.find((one) => one === value) ?? null;
}

function numberOf(written: string | undefined, low: number, high: number): number | null {
  const value = written ? Number(written) : NaN;
  return Number.isFinite(value) && value >= low && value <= high ? value : null;
}

function parseObject(written: string | undefined): Values | null {
  try {
    const value: unknown = JSON.parse(written ?? "null");
    return typeof value === "object" && !Array.isArray(value) ? (value as Values | null) : null;
  } catch {
    return null;
  }
}
