/** What the user chose: everything a link carries. */
import type { MapsRequest } from "../api-types";
import type { Values } from "./form";
import type { Place } from "./inspect";
import type { Layer, View as Window } from "./paint";

export type Targets = NonNullable<MapsRequest["targets"]>;
export type View = "grid" | "inspect";
/** What stands across the grid; "none" is the gallery. */
export type Across = "none" | "checkpoints" | "runs" | "classes" | "methods";
/** Which checkpoints are columns. */
export type Picks = { kind: "all" } | { kind: "even" | "log"; count: number } | { kind: "steps"; steps: number[] };
export type Spacing = "checkpoint" | "step";
/** Which checkpoint of the other runs: their newest, their best, or the one at the current run's step. */
export type RunsAt = "step" | "best" | "last";
export type Arrangement = "pair" | "map" | "picture";
export type Filter = "all" | "wrong" | "confident-wrong" | "no-effect" | "uploaded";
/** `change`: since the checkpoint before; `different`: between the two columns compared. */
export type Order = "logged" | "confidence" | "peak" | "change" | "different";
/** One scale for all maps in view, one a probe, or one whose end was typed. */
export type ScaleMode = "view" | "probe" | "manual";

export interface Display {
  layer: Layer;
  signedColours: string;
  magnitudeColours: string;
  /** All three 0..1; threshold and clip are shares of the scale's end. */
  opacity: number;
  threshold: number;
  clip: number;
  smoothing: boolean;
  /** Outlines of the probes' masks. */
  masks: boolean;
}

export interface Choice {
  view: View;
  columns: Across;
  run: string | null;
  /** Ticked runs; those of the view between runs, with `run` among them. */
  runs: readonly string[];
  runsAt: RunsAt;
  /** Null follows the newest checkpoint. */
  step: number | null;
  model: string | null;
  picks: Picks;
  spacing: Spacing;
  visualization: string | null;
  /** The methods that are columns; empty for a selection that suits the model. */
  methods: readonly string[];
  /** Changed settings, by visualization. */
  settings: Record<string, Values>;
  targets: Targets;
  /** The classes that are columns, as `writeTargets` writes them; "rank-2" is the second most probable. Empty for all or the top ones. */
  classes: readonly string[];
  /** Probes, in the order in which they were selected. */
  selected: readonly string[];
  /** The probe that Inspect shows; null for the first. */
  inspected: string | null;
  /** Which of a probe's targets is shown where there is room for one. */
  rank: number;
  /** Names of the two columns compared (`Column.name`: stable when settings change). */
  comparison: readonly [string, string] | null;
  /** Where the line between the two stands, 0..1; null shows their difference. */
  swipe: number | null;
  /** What Inspect shows of the map, and the place looked at in it, in shares of the map. */
  zoom: Window | null;
  spot: Place | null;
  search: string;
  filter: Filter;
  /** Only probes with this label. */
  label: number | null;
  order: Order;
  arrangement: Arrangement;
  display: Display;
  scale: ScaleMode;
  locked: boolean;
  /** End of the scale: typed for a manual one, else brought along by a link. */
  end: number | null;
  /** Ends that a link brings along for other visualizations in view, by name. */
  otherEnds: Readonly<Record<string, number>>;
}

export const DISPLAY: Display = {
  layer: "over",
  signedColours: "berry-teal",
  magnitudeColours: "ember",
  opacity: 0.9,
  threshold: 0.05,
  clip: 1,
  smoothing: false,
  masks: false,
};

export const CHOICE: Choice = {
  view: "grid",
  columns: "none",
  run: null,
  runs: [],
  runsAt: "step",
  step: null,
  model: null,
  picks: { kind: "all" },
  spacing: "checkpoint",
  visualization: null,
  methods: [],
  settings: {},
  targets: { kind: "top", count: 1 },
  classes: [],
  selected: [],
  inspected: null,
  rank: 0,
  comparison: null,
  swipe: null,
  zoom: null,
  spot: null,
  search: "",
  filter: "all",
  label: null,
  order: "logged",
  arrangement: "pair",
  display: DISPLAY,
  scale: "view",
  locked: true,
  end: null,
  otherEnds: {},
};
