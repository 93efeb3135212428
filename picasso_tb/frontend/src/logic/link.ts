/** The choice as a link should carry it: steps and ends by number, so that it shows the same to others, later. */
import type { Choice } from "./choice";
import { currentColumn } from "./columns";
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
    end: choice.scale === "manual" ? choice.end : (lockedEnd(state) ?? choice.end),
  };
}

function lockedEnd(state: State): number | null {
  const column = currentColumn(state);
  const first = column && state.choice.locked ? doneInfos(state.maps.get(column.id))[0] : undefined;
  const seen = first && state.ends[scaleKey(column?.visualization.name ?? "", first)];
  return first && seen !== undefined && seen > leastEnd(first.quantity) ? seen : null;
}
