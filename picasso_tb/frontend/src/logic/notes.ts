/** What must be said beside maps: every fallback and caution, and where a sure probability may hide an effect. */
import type { VisualizationInfo } from "../api-types";
import { columnsOf, currentColumn } from "./columns";
import { memo } from "./memo";
import { modelOf, settingsFields, visualizationOf } from "./select";
import { probesInView, shownOf, type Shown } from "./shown";
import type { State } from "./state";

/** Single notes beyond these tell nothing new. */
const MOST = 200;

export interface SingleNote {
  /** The probe, or the column, that it is about. */
  of: string;
  text: string;
}

export interface Notes {
  common: string[];
  single: SingleNote[];
}

/** Of every column in view: said once where all maps share it. */
export const viewNotes = memo(
  (state: State) => [state.maps, columnsOf(state), probesInView(state)],
  (state): Notes => {
    const distinct = new Map(columnsOf(state).map((one) => [one.id, one]));
    const inView = new Set(probesInView(state));
    const each = [...distinct.values()].flatMap((column) => {
      const shown = shownOf(state, { ...column, rank: null }).filter((one) => inView.has(one.probe));
      return shown.some((one) => one.maps.some((entry) => entry.info)) ? [{ column, notes: notesOf(shown) }] : [];
    });
    const common = (each[0]?.notes.common ?? []).filter((text) =>
      each.every(({ notes }) => notes.common.includes(text)),
    );
    const own = each.flatMap(({ column, notes }) => {
      const texts = notes.common.filter((text) => !common.includes(text));
      const where = each.length > 1 ? `${column.title}, ` : "";
      const single = notes.single.map(({ of, text }) => ({ of: where + of, text }));
      return [...texts.map((text) => ({ of: column.title, text })), ...single];
    });
    return { common, single: own.slice(0, MOST) };
  },
);

/** Those of all maps, and those of single probes. */
export function notesOf(shown: readonly Shown[]): Notes {
  const infos = shown.flatMap((one) => one.maps.flatMap((entry) => entry.info ?? []));
  const common = (infos[0]?.notes ?? []).filter((note) => infos.every((info) => info.notes.includes(note)));
  const single = shown.flatMap(({ probe, maps }) => {
    const own = new Set(maps.flatMap((entry) => entry.info?.notes ?? []));
    return [...own].filter((text) => !common.includes(text)).map((text) => ({ of: probe.name, text }));
  });
  return { common, single };
}

/**
 * Probes whose sure probability may hide an effect that the logit would show, where the visualization offers both.
 */
export function saturated(state: State): number {
  const visualization = visualizationOf(state);
  const column = currentColumn(state);
  const canCompute = state.catalogue?.compute.available === true;
  if (!canCompute || !visualization || !column || !offersLogit(state, visualization)) return 0;
  const inView = new Set(probesInView(state));
  const sure = (one: Shown): boolean => one.noEffect && (one.prediction?.probability ?? 0) > 0.99;
  return shownOf(state, column).filter((one) => inView.has(one.probe) && sure(one)).length;
}

function offersLogit(state: State, visualization: VisualizationInfo): boolean {
  const field = settingsFields(visualization, modelOf(state)).find((one) => one.name === "score");
  const value = state.choice.settings[visualization.name]?.score ?? field?.fallback;
  return field?.kind === "choice" && value === "probability" && field.choices.some((one) => one.value === "logit");
}
