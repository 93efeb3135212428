/** Over a strip: what is shown, how its columns are spaced, and which of several classes it shows. */
import { html, nothing, type TemplateResult } from "lit";
import type { Choice } from "../logic/choice";
import { currentColumn } from "../logic/columns";
import { plural } from "../logic/format";
import { className, probesOf } from "../logic/select";
import type { State } from "../logic/state";
import { act } from "./act";
import { numberShown } from "./captions";
import { segments } from "./controls";
import { showAll } from "./nothing-left";
import "./add-button";
import "./probe-finder";

const NOUNS: Record<Choice["columns"], [one: string, many?: string]> = {
  none: ["column"],
  checkpoints: ["checkpoint"],
  runs: ["run"],
  classes: ["class", "classes"],
  methods: ["method"],
};

type Pick = (choice: Partial<Choice>) => void;

export interface StripBarProps {
  /** Tells what is chosen. */
  host: EventTarget;
  state: State;
  /** Numbers of probes and of columns. */
  shown: number;
  columns: number;
  /** Of the run. */
  colour: string;
  /** What the maps do over time, where no mark in the strip says it. */
  words: string | null;
  /** The menu that takes the view away. */
  take: TemplateResult;
}

export function stripBar({ host, state, shown, columns, colour, words, take }: StripBarProps): TemplateResult {
  const { choice } = state;
  const all = probesOf(state).length;
  const pick = (chosen: Partial<Choice>): void => act(host, { type: "choose", choice: chosen });
  return html`<div class="bar">
    <span class="dot" style="background:${colour}"></span>
    <b>${choice.run}</b>
    <span class="quiet">
      ${numberShown(shown, all)}, ${plural(columns, ...NOUNS[choice.columns])}
    </span>
    ${shown && shown < all ? showAll(host, state) : null}
    <span class="grow quiet" role="status">${words}</span>
    <picasso-probe-finder compact .state=${state}></picasso-probe-finder>
    ${ranks(state, pick)} ${choice.columns === "checkpoints" ? spacing(choice, pick) : null}
    <picasso-add-button compact .state=${state}></picasso-add-button>
    ${take}
  </div>`;
}

function spacing(choice: Choice, pick: Pick): TemplateResult {
  return segments<Choice["spacing"]>({
    label: "Spacing",
    options: [
      { value: "checkpoint", label: "By checkpoint" },
      { value: "step", label: "By step" },
    ],
    value: choice.spacing,
    choose: (value) => pick({ spacing: value }),
  });
}

/** Where each probe has several targets, one of them is shown. */
function ranks(state: State, pick: Pick): TemplateResult | typeof nothing {
  const { targets, rank, columns } = state.choice;
  const number = targets.kind === "top" ? targets.count : targets.kind === "classes" ? targets.classes.length : 1;
  if (number < 2 || columns === "classes") return nothing;
  const model = currentColumn(state)?.model ?? null;
  const options = Array.from({ length: number }, (_, value) => ({
    value,
    label: targets.kind === "classes" ? className(model, targets.classes[value] ?? 0) : `Class ${value + 1}`,
  }));
  return segments({ label: "Shown class", options, value: rank, choose: (chosen) => pick({ rank: chosen }) });
}
