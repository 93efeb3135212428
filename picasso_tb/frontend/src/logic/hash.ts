/** How a choice is written into the fragment of a link, and read from it. Values at their defaults are left out. */
import {
  CHOICE,
  DISPLAY,
  type Across,
  type Arrangement,
  type Choice,
  type Display,
  type Filter,
  type Order,
  type Picks,
  type RunsAt,
  type ScaleMode,
  type Spacing,
  type Targets,
  type View,
} from "./choice";
import type { Values } from "./form";
import type { Layer } from "./paint";

const PREFIX = "p.picasso.";
const SETTINGS_OF = "settings.";
const END_OF = "end.";
const VIEWS: readonly View[] = ["grid", "inspect"];
const ACROSS: readonly Across[] = ["none", "checkpoints", "runs", "classes", "methods"];
const RUNS_AT: readonly RunsAt[] = ["step", "best", "last"];
const SPACINGS: readonly Spacing[] = ["checkpoint", "step"];
const LAYERS: readonly Layer[] = ["over", "map", "picture"];
const ARRANGEMENTS: readonly Arrangement[] = ["pair", "map", "picture"];
const FILTERS: readonly Filter[] = ["all", "wrong", "confident-wrong", "no-effect", "uploaded"];
const ORDERS: readonly Order[] = ["logged", "confidence", "peak", "change", "different"];
const SCALES: readonly ScaleMode[] = ["view", "probe", "manual"];
/** More columns are never asked for by number. */
const MOST_PICKS = 1000;

export function writeHash(choice: Choice): string {
  const entries: [string, string | null][] = [...subjects(choice), ...settingsOf(choice), ...looks(choice)];
  const present = entries.filter((entry): entry is [string, string] => entry[1] !== null);
  return [
    "#picasso",
    ...present.map(([key, value]) => `${PREFIX}${encodeURIComponent(key)}=${encodeURIComponent(value)}`),
  ].join("&");
}

/** What is shown. */
function subjects(choice: Choice): [string, string | null][] {
  return [
    ["view", unless(CHOICE.view, choice.view)],
    ["columns", unless(CHOICE.columns, choice.columns)],
    ["run", choice.run],
    ["runs", list(choice.runs)],
    ["runs-at", unless(CHOICE.runsAt, choice.runsAt)],
    ["step", choice.step === null ? null : String(choice.step)],
    ["model", choice.model],
    ["picks", unless("all", writePicks(choice.picks))],
    ["visualization", choice.visualization],
    ["methods", list(choice.methods)],
    ["targets", unless("top-1", writeTargets(choice.targets))],
    ["classes", list(choice.classes)],
    ["selected", list(choice.selected)],
    ["inspected", choice.inspected],
    ["rank", unless("0", String(choice.rank))],
    ["comparison", list(choice.comparison ?? [])],
    ["swipe", choice.swipe === null ? null : String(choice.swipe)],
    ["zoom", choice.zoom && shares([choice.zoom.top, choice.zoom.left, choice.zoom.height, choice.zoom.width])],
    ["spot", choice.spot && shares([choice.spot.down, choice.spot.right])],
    ["search", unless("", choice.search)],
    ["filter", unless(CHOICE.filter, choice.filter)],
    ["label", choice.label === null ? null : String(choice.label)],
    ["order", unless(CHOICE.order, choice.order)],
  ];
}

/** Those of the visualization chosen go by "settings", those of another by its name. */
function settingsOf({ settings, visualization }: Choice): [string, string | null][] {
  return Object.entries(settings).map(([name, values]) => [
    name === visualization ? "settings" : SETTINGS_OF + name,
    Object.keys(values).length ? JSON.stringify(values) : null,
  ]);
}

/** How it is shown. */
function looks({ display, ...choice }: Choice): [string, string | null][] {
  return [
    ["spacing", unless(CHOICE.spacing, choice.spacing)],
    ["arrangement", unless(CHOICE.arrangement, choice.arrangement)],
    ["layer", unless(DISPLAY.layer, display.layer)],
    ["signed-colours", unless(DISPLAY.signedColours, display.signedColours)],
    ["magnitude-colours", unless(DISPLAY.magnitudeColours, display.magnitudeColours)],
    ["opacity", unless(String(DISPLAY.opacity), String(display.opacity))],
    ["threshold", unless(String(DISPLAY.threshold), String(display.threshold))],
    ["clip", unless(String(DISPLAY.clip), String(display.clip))],
    ["smoothing", display.smoothing ? "on" : null],
    ["masks", display.masks ? "on" : null],
    ["scale", scaleWritten(choice.scale, choice.locked)],
    ["end", choice.end !== null && (choice.locked || choice.scale === "manual") ? String(choice.end) : null],
    ...Object.entries(choice.otherEnds).map(([name, end]): [string, string] => [END_OF + name, String(end)]),
  ];
}

/** "free" is a scale of the view that is not locked. */
function scaleWritten(scale: ScaleMode, locked: boolean): string | null {
  const words = [...(scale === "view" ? [] : [scale]), ...(locked ? [] : ["free"])];
  return words.join("-") || null;
}

/** The choice in a fragment, null where it holds nothing of ours; what is malformed counts as absent. */
export function readHash(hash: string): Choice | null {
  const found = entriesOf(hash);
  if (!found.size) return null;
  const get = (key: string): string | undefined => found.get(key);
  const visualization = get("visualization") ?? null;
  return {
    view: oneOf(VIEWS, get("view")) ?? CHOICE.view,
    columns: oneOf(ACROSS, get("columns")) ?? CHOICE.columns,
    run: get("run") ?? null,
    runs: readList(get("runs")),
    runsAt: oneOf(RUNS_AT, get("runs-at")) ?? CHOICE.runsAt,
    step: numberOf(get("step"), -Infinity, Infinity),
    model: get("model") ?? null,
    picks: readPicks(get("picks")),
    visualization,
    methods: readList(get("methods")),
    settings: readSettings(found, visualization),
    targets: readTargets(get("targets")),
    classes: readList(get("classes")),
    selected: readList(get("selected")),
    inspected: get("inspected") ?? null,
    rank: wholeOf(get("rank")) ?? 0,
    comparison: readPair(get("comparison")),
    swipe: numberOf(get("swipe"), 0, 1),
    ...readPlaces(get),
    search: get("search") ?? "",
    filter: oneOf(FILTERS, get("filter")) ?? CHOICE.filter,
    label: wholeOf(get("label")),
    order: oneOf(ORDERS, get("order")) ?? CHOICE.order,
    spacing: oneOf(SPACINGS, get("spacing")) ?? CHOICE.spacing,
    arrangement: oneOf(ARRANGEMENTS, get("arrangement")) ?? CHOICE.arrangement,
    display: readDisplay(get),
    scale: oneOf(SCALES, get("scale")?.replace(/-?free$/, "")) ?? CHOICE.scale,
    locked: !/(^|-)free$/.test(get("scale") ?? ""),
    end: numberOf(get("end"), 0, Infinity),
    otherEnds: readOtherEnds(found),
  };
}

function readPlaces(get: (key: string) => string | undefined): Pick<Choice, "zoom" | "spot"> {
  const [top, left, height, width] = readShares(get("zoom"), 4);
  const [down, right] = readShares(get("spot"), 2);
  const zooms = top !== undefined && left !== undefined && height && width && top + height <= 1 && left + width <= 1;
  return {
    zoom: zooms ? { top, left, height, width } : null,
    spot: down === undefined || right === undefined ? null : { down, right },
  };
}

function readOtherEnds(found: ReadonlyMap<string, string>): Record<string, number> {
  const ends = [...found].map(([key, written]): [string, number | null] => [
    key.startsWith(END_OF) ? key.slice(END_OF.length) : "",
    numberOf(written, 0, Infinity),
  ]);
  return Object.fromEntries(ends.filter((one): one is [string, number] => one[0] !== "" && one[1] !== null));
}

function readDisplay(get: (key: string) => string | undefined): Display {
  return {
    layer: oneOf(LAYERS, get("layer")) ?? DISPLAY.layer,
    signedColours: get("signed-colours") ?? DISPLAY.signedColours,
    magnitudeColours: get("magnitude-colours") ?? DISPLAY.magnitudeColours,
    opacity: numberOf(get("opacity"), 0, 1) ?? DISPLAY.opacity,
    threshold: numberOf(get("threshold"), 0, 1) ?? DISPLAY.threshold,
    clip: numberOf(get("clip"), 0.01, 1) ?? DISPLAY.clip,
    smoothing: get("smoothing") === "on",
    masks: get("masks") === "on",
  };
}

function readSettings(found: ReadonlyMap<string, string>, visualization: string | null): Record<string, Values> {
  const settings: [string, Values][] = [];
  for (const [key, written] of found) {
    const values = parseObject(written);
    const name =
      key === "settings" ? visualization : key.startsWith(SETTINGS_OF) ? key.slice(SETTINGS_OF.length) : null;
    if (values && name) settings.push([name, values]);
  }
  return Object.fromEntries(settings);
}

/** `top-2`, `true`, `class-0`, `class-3,5`. */
export function writeTargets(targets: Targets): string {
  if (targets.kind === "top") return `top-${targets.count}`;
  return targets.kind === "true" ? "true" : `class-${targets.classes.join(",")}`;
}

export function readTargets(written: string | undefined): Targets {
  if (written === "true") return { kind: "true" };
  const top = /^top-(\d+)$/.exec(written ?? "");
  if (top && Number(top[1]) >= 1) return { kind: "top", count: Math.min(20, Number(top[1])) };
  const classes = /^class-(\d+(?:,\d+)*)$/.exec(written ?? "");
  if (classes) return { kind: "classes", classes: (classes[1] ?? "").split(",").map(Number).slice(0, 20) };
  return CHOICE.targets;
}

/** `all`, `even-8`, `log-8`, `steps-0,5,9`. */
export function writePicks(picks: Picks): string {
  if (picks.kind === "all") return "all";
  return picks.kind === "steps" ? `steps-${picks.steps.join(",")}` : `${picks.kind}-${picks.count}`;
}

export function readPicks(written: string | undefined): Picks {
  const spread = /^(even|log)-(\d{1,4})$/.exec(written ?? "");
  const count = Number(spread?.[2]);
  if (spread && count >= 1 && count <= MOST_PICKS) return { kind: spread[1] === "log" ? "log" : "even", count };
  const steps = /^steps-(-?\d+(?:,-?\d+)*)$/.exec(written ?? "");
  if (steps) return { kind: "steps", steps: (steps[1] ?? "").split(",").map(Number) };
  return CHOICE.picks;
}

function entriesOf(hash: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of hash.replace(/^#/, "").split("&")) {
    const equals = part.indexOf("=");
    const key = equals < 0 ? null : decoded(part.slice(0, equals));
    const value = decoded(part.slice(equals + 1));
    if (key?.startsWith(PREFIX) && value !== null) found.set(key.slice(PREFIX.length), value);
  }
  return found;
}

function decoded(written: string): string | null {
  try {
    return decodeURIComponent(written);
  } catch {
    return null;
  }
}

function unless<T extends string>(usual: T, value: T): T | null {
  return value === usual ? null : value;
}

function oneOf<T extends string>(known: readonly T[], value: string | undefined): T | null {
  return known.find((one) => one === value) ?? null;
}

function numberOf(written: string | undefined, low: number, high: number): number | null {
  const value = written ? Number(written) : NaN;
  return Number.isFinite(value) && value >= low && value <= high ? value : null;
}

function wholeOf(written: string | undefined): number | null {
  return /^\d{1,9}$/.test(written ?? "") ? Number(written) : null;
}

/** Names may hold anything, so each is encoded before they are joined. */
function list(values: readonly string[]): string | null {
  return values.length ? values.map(encodeURIComponent).join(",") : null;
}

function readList(written: string | undefined): string[] {
  const values = (written ?? "").split(",").map(decoded);
  return [...new Set(values.filter((value): value is string => value !== null && value !== ""))];
}

/** Finer than a pixel of any screen. */
function shares(values: readonly number[]): string {
  return values.map((value) => String(Number(value.toFixed(5)))).join(",");
}

function readShares(written: string | undefined, count: number): number[] {
  const values = (written ?? "").split(",").map((one) => numberOf(one, 0, 1));
  const known = values.filter((value) => value !== null);
  return values.length === count && known.length === count ? known : [];
}

function readPair(written: string | undefined): readonly [string, string] | null {
  const [one, other] = readList(written);
  return one !== undefined && other !== undefined ? [one, other] : null;
}

function parseObject(written: string): Values | null {
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === "object" && !Array.isArray(value) ? (value as Values | null) : null;
  } catch {
    return null;
  }
}
