import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { CheckpointInfo } from "../api-types";
import type { Picks } from "../logic/choice";
import { count } from "../logic/format";
import { picked } from "../logic/picks";
import { base, field } from "../styles";
import { act } from "./act";
import { dropdown, type Option } from "./controls";
import "./number-field";

/** Columns of a first choice, and the most that can be asked for: more do not fit beside each other. */
const SPREAD = 8;
const MOST = 40;
const KINDS: readonly Option<Picks["kind"]>[] = [
  { value: "all", label: "All" },
  { value: "even", label: "Evenly spaced" },
  { value: "log", label: "Log-spaced" },
  { value: "steps", label: "Picked by hand" },
];

/** Which checkpoints are the columns of Time: all, some evenly or log-spaced, or picked one by one. */
@customElement("picasso-picks-form")
export class PicksFormElement extends LitElement {
  /** Of one model, by step. */
  @property({ attribute: false }) checkpoints: readonly CheckpointInfo[] = [];
  @property({ attribute: false }) chosen!: CheckpointInfo;
  @property({ attribute: false }) picks: Picks = { kind: "all" };

  static override styles = [
    base,
    field,
    css`
      :host { display: block; margin-top: 4px; }
      .field { row-gap: 4px; }
      .button { height: 24px; justify-content: center; }
    `,
  ];

  override render(): TemplateResult {
    const { picks } = this;
    const columns = picked(this.checkpoints, picks, this.chosen);
    return html`<div class="field ${picks.kind === "all" ? "" : "changed"}">
      <span class="label" title="The columns of Time">Over time</span>
      ${dropdown<Picks["kind"]>({
        label: "Checkpoints over time",
        options: KINDS,
        value: picks.kind,
        choose: (kind) => this.pick(this.picksOf(kind, columns)),
      })}
      ${picks.kind === "all" ? null : picks.kind === "steps" ? this.byHand(picks.steps) : this.number(picks)}
    </div>`;
  }

  private byHand(steps: readonly number[]): TemplateResult {
    const { step } = this.chosen;
    const there = steps.includes(step);
    const next = there ? steps.filter((one) => one !== step) : [...steps, step].sort((one, other) => one - other);
    return html`<button class="button wide small" @click=${() => this.pick({ kind: "steps", steps: next })}>
      ${there ? "Leave out" : "Add"} step ${count(step)} · ${steps.length} picked
    </button>`;
  }

  private number(picks: { kind: "even" | "log"; count: number }): TemplateResult {
    return html`<picasso-number-field
      class="wide"
      label="Number of checkpoints over time"
      .value=${picks.count}
      .low=${2}
      .high=${this.most}
      @change=${({ detail }: CustomEvent<number | null>) => this.spread(picks.kind, detail)}
    ></picasso-number-field>`;
  }

  private get most(): number {
    return Math.min(MOST, this.checkpoints.length);
  }

  private picksOf(kind: Picks["kind"], columns: readonly CheckpointInfo[]): Picks {
    if (kind === "all") return { kind };
    if (kind === "steps") return { kind, steps: columns.map((one) => one.step) };
    return { kind, count: Math.min(SPREAD, this.most) };
  }

  private spread(kind: "even" | "log", wanted: number | null): void {
    if (wanted === null || Number.isNaN(wanted)) this.requestUpdate();
    else this.pick({ kind, count: Math.round(Math.min(this.most, Math.max(2, wanted))) });
  }

  private pick(picks: Picks): void {
    act(this, { type: "choose", choice: { picks } });
  }
}
