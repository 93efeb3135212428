/** What a key changes in the choices, whichever view is in sight. */
import type { CheckpointInfo } from "../api-types";
import type { Across, Choice } from "./choice";
import type { Command } from "./keys";
import type { Layer } from "./paint";
import { checkpointOf, checkpointsOf } from "./select";
import { inspectedProbe, rowsOf } from "./shown";
import type { Action, State } from "./state";

const LAYERS: readonly Layer[] = ["over", "map", "picture"];
const OPACITY_STEP = 0.1;
const GRIDS: Partial<Record<Command, Across>> = {
  gallery: "none",
  time: "checkpoints",
  runs: "runs",
  methods: "methods",
  classes: "classes",
};

/** Null where there is nothing to change. */
export function obey(command: Command, state: State): Action | null {
  const { choice } = state;
  const { display } = choice;
  const columns = GRIDS[command];
  if (columns) return choose({ view: "grid", columns });
  switch (command) {
    case "previous-checkpoint":
      return checkpointBy(state, -1);
    case "next-checkpoint":
      return checkpointBy(state, 1);
    case "first-checkpoint":
      return toCheckpoint(checkpointsOf(state)[0]);
    case "last-checkpoint":
      return toCheckpoint(checkpointsOf(state).at(-1));
    case "best-checkpoint":
      return toCheckpoint(checkpointsOf(state).find((one) => one.names.includes("best")));
    case "previous-probe":
      return probeBy(state, -1);
    case "next-probe":
      return probeBy(state, 1);
    case "inspect":
    case "inspect-view":
      return choose({ view: "inspect", inspected: choice.inspected ?? choice.selected[0] ?? null });
    case "back":
      return back(choice);
    case "layer":
      return { type: "display", display: { layer: LAYERS[(LAYERS.indexOf(display.layer) + 1) % 3] ?? "over" } };
    case "lock":
      return { type: "lock", locked: !choice.locked };
    case "less-opacity":
      return { type: "display", display: { opacity: moved(display.opacity, -OPACITY_STEP) } };
    case "more-opacity":
      return { type: "display", display: { opacity: moved(display.opacity, OPACITY_STEP) } };
    case "smoothing":
      return { type: "display", display: { smoothing: !display.smoothing } };
    case "masks":
      return { type: "display", display: { masks: !display.masks } };
    case "help":
      return { type: "help", shown: !state.help };
    default:
      return null;
  }
}

function choose(choice: Partial<Choice>): Action {
  return { type: "choose", choice };
}

/** From Inspect to the view before, there to no selection. */
function back({ view, selected }: Choice): Action | null {
  if (view === "inspect") return choose({ view: "grid" });
  return selected.length ? choose({ selected: [] }) : null;
}

function checkpointBy(state: State, by: number): Action | null {
  const all = checkpointsOf(state);
  const current = checkpointOf(state);
  return toCheckpoint(current ? all[all.indexOf(current) + by] : undefined);
}

function toCheckpoint(checkpoint: CheckpointInfo | undefined): Action | null {
  return checkpoint ? choose({ step: checkpoint.step, model: checkpoint.model }) : null;
}

/** In Inspect; other views know which probe the keyboard is at. */
function probeBy(state: State, by: number): Action | null {
  if (state.choice.view !== "inspect") return null;
  const grid = { ...state, choice: { ...state.choice, view: "grid" as const } };
  const probes = rowsOf(grid).map((one) => one.probe.id);
  const next = probes[probes.indexOf(inspectedProbe(state)?.id ?? "") + by];
  return next === undefined ? null : choose({ inspected: next });
}

function moved(share: number, by: number): number {
  return Math.round(100 * Math.min(1, Math.max(0, share + by))) / 100;
}
