/** The choice as a link should carry it: steps and ends by number, so that it shows the same to others, later. */
import type { Choice } from "./choice";
import { columnsOf, currentColumn, type Column } from "./columns";
import { doneInfos } from "./answers";
import { leastEnd, scaleKey } from "./scale";
import { checkpointOf, modelsOf } from "./select";
import type { State } from "./state";

export function linkOf(state: State): Choice {
  const { choice } = state;
  const checkpoint = checkpointOf(state);
  return {
    ...choice,
    step: checkpoint?.step ?? choice.step,
    model: modelsOf(state).length > 1 ? (checkpoint?.model ?? choice.model) : null,
    end: choice.scale === "manual" ? choice.end : (lockedEnd(state, currentColumn(state)) ?? choice.end),
    otherEnds: choice.scale === "manual" ? {} : { ...choice.otherEnds, ...otherEnds(state) },
  };
}

/** Of the other visualizations in view. */
function otherEnds(state: State): Record<string, number> {
  const others = columnsOf(state).filter((one) => one.visualization.name !== state.choice.visualization);
  const ends = others.map((one): [string, number | null] => [one.visualization.name, lockedEnd(state, one)]);
  return Object.fromEntries(ends.filter((one): one is [string, number] => one[1] !== null));
}

function lockedEnd(state: State, column: Column | null): number | null {
  const first = column && state.choice.locked ? doneInfos(state.maps.get(column.id))[0] : undefined;
  const seen = first && state.ends[scaleKey(column?.visualization.name ?? "", first)];
  return first && seen !== undefined && seen > leastEnd(first.quantity) ? seen : null;
}
