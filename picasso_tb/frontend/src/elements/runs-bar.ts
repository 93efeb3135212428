/** Over the view between runs: which two are compared, how and in which order; and what to do where there is one alone. */
import { html, type TemplateResult } from "lit";
import type { Choice, RunsAt } from "../logic/choice";
import type { Column } from "../logic/columns";
import { count } from "../logic/format";
import { probesOf } from "../logic/select";
import type { State } from "../logic/state";
import { act } from "./act";
import { numberShown } from "./captions";
import { dropdown, segments, type Option } from "./controls";
import { swap } from "./icons";
import { showAll } from "./nothing-left";
import type { StripColumn } from "./strip-head";
import "./add-button";
import "./probe-finder";

/** Other runs that are offered by name; more are in the panel's list. */
const OFFERED = 4;
type Pick = (choice: Partial<Choice>) => void;

export interface RunsBarProps {
  /** Tells what is chosen. */
  host: EventTarget;
  state: State;
  /** Number of probes. */
  shown: number;
  columns: readonly StripColumn[];
  /** The two that are compared; null where there are none. */
  pair: readonly [Column, Column] | null;
  /** The menu that takes the view away. */
  take: TemplateResult;
}

export function runsBar(props: RunsBarProps): TemplateResult {
  const { host, state, shown, columns, pair, take } = props;
  const all = probesOf(state).length;
  const pick = (choice: Partial<Choice>): void => act(host, { type: "choose", choice });
  return html`<div class="bar">
    ${pair ? choosers(columns, pair, pick) : null}
    <span class="quiet" role="status">${numberShown(shown, all)}</span>
    ${shown && shown < all ? showAll(host, state) : null}
    <span class="grow"></span>
    ${segments<RunsAt>({
      label: "Checkpoint of the other runs",
      options: [
        { value: "step", label: "Same step" },
        { value: "best", label: "Best" },
        { value: "last", label: "Last" },
      ],
      value: state.choice.runsAt,
      choose: (runsAt) => pick({ runsAt }),
    })}
    ${segments({
      label: "Comparison",
      options: [
        { value: false, label: "Difference" },
        { value: true, label: "Swipe" },
      ],
      value: state.choice.swipe !== null,
      choose: (swiping) => pick({ swipe: swiping ? 0.5 : null }),
    })}
    <picasso-probe-finder compact .state=${state}></picasso-probe-finder>
    <span class="last"><picasso-add-button compact .state=${state}></picasso-add-button>${take}</span>
  </div>`;
}

function choosers(
  columns: readonly StripColumn[],
  [one, other]: readonly [Column, Column],
  pick: Pick,
): TemplateResult {
  const options = columns.map(({ column }): Option<string> => ({
    value: column.name,
    label: `${column.title} step ${count(column.checkpoint.step)}`,
  }));
  const colourOf = (column: Column): string => columns.find((each) => each.column === column)?.colour ?? "";
  /** Who chooses the run that stands on the other side swaps the two. */
  const chooser = (label: string, own: Column, others: Column, choose: (name: string, rest: string) => void) =>
    html`<span class="dot" style="background:${colourOf(own)}"></span>
      ${dropdown({
        label,
        options,
        value: own.name,
        choose: (name) => choose(name, name === others.name ? own.name : others.name),
      })}`;
  return html`<span>Compare</span>
    ${chooser("Compare", one, other, (name, rest) => pick({ comparison: [name, rest] }))}
    <span>with</span>
    ${chooser("with", other, one, (name, rest) => pick({ comparison: [rest, name] }))}
    <button
      class="icon"
      aria-label="Swap the two runs"
      title="Swap the two runs"
      @click=${() => pick({ comparison: [other.name, one.name] })}
    >
      ${swap}
    </button>`;
}

/** One run alone: offers others to compare it with. */
export function lonely({ runs, choice }: State, pick: Pick): TemplateResult {
  const others = (runs?.runs ?? []).filter((one) => one.name !== choice.run && one.checkpoints && one.probes);
  if (!others.length) {
    return html`<p class="quiet">There is one run only. Log another one into the same log directory to compare them.</p>`;
  }
  const add = (name: string): void => pick({ runs: [...choice.runs, name] });
  return html`<p class="quiet offers">
    Tick another run in the panel to compare it with this one${others.length > OFFERED ? "." : ", or:"}
    ${
      others.length > OFFERED
        ? null
        : others.map(({ name }) => html`<button class="button" @click=${() => add(name)}>Compare with ${name}</button>`)
    }
  </p>`;
}
