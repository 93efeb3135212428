import { css, html, LitElement, svg, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { CheckpointInfo } from "../api-types";
import type { Picks } from "../logic/choice";
import { count } from "../logic/format";
import { picked } from "../logic/picks";
import { base, section } from "../styles";
import { act } from "./act";
import { next, previous } from "./icons";
import "./picks-form";

/**
 * The checkpoints of the run as a bar with one tick each, evenly spaced; one of them is shown. Those that are columns
 * over time have a dark tick.
 */
@customElement("picasso-checkpoint-slider")
export class CheckpointSliderElement extends LitElement {
  @property({ attribute: false }) checkpoints: readonly CheckpointInfo[] = [];
  @property({ attribute: false }) chosen: CheckpointInfo | null = null;
  /** Whether the run has several models, so that a step needs the model's name beside it. */
  @property({ type: Boolean }) severalModels = false;
  /** Which of them are columns over time. */
  @property({ attribute: false }) picks: Picks = { kind: "all" };

  /** Where the thumb is held, which may be ahead of what is shown. */
  @state() private held: number | null = null;
  /** Whether what is slid to is on the way to others: while it is dragged, or a key is held. */
  private passing = false;

  static override styles = [
    base,
    section,
    css`
      .bar { position: relative; height: 34px; margin: 4px 0 0; }
      .ticks { position: absolute; left: 6px; right: 6px; top: 0; height: 16px; }
      svg.ticks { width: calc(100% - 12px); stroke: none; overflow: visible; }
      rect { fill: var(--edge); }
      .column { fill: var(--text-2); }
      .line { fill: var(--line); }
      input {
        appearance: none; position: absolute; left: 0; top: 0; width: 100%; height: 16px; margin: 0;
        background: none; cursor: pointer;
      }
      input::-webkit-slider-thumb {
        appearance: none; width: 12px; height: 12px; border-radius: 50%; background: var(--accent);
      }
      input::-moz-range-thumb { width: 12px; height: 12px; border: 0; border-radius: 50%; background: var(--accent); }
      .names { position: absolute; left: 6px; right: 6px; top: 17px; font-size: 11px; line-height: 14px; }
      .names span { position: absolute; display: flex; gap: 4px; white-space: nowrap; transform: translateX(-50%); }
      .names button { padding: 0; border: 0; background: none; color: var(--text-3); font: inherit; }
      .names button:hover { color: var(--text); text-decoration: underline; }
      .names .start { transform: none; }
      .names .end { transform: translateX(-100%); }
    `,
  ];

  override render(): TemplateResult {
    const { checkpoints, chosen } = this;
    if (!chosen) {
      return html`<div class="head"><h2>Checkpoint</h2></div><p class="quiet small">None yet.</p>`;
    }
    const index = checkpoints.indexOf(chosen);
    return html`
      <div class="head">
        <h2 class="grow">Checkpoint</h2>
        ${this.severalModels ? html`<span class="quiet">${chosen.model}</span>` : null}
        <span>step ${count(chosen.step)}</span>
        <button
          class="icon"
          aria-label="Previous checkpoint"
          ?disabled=${index <= 0}
          @click=${() => this.choose(index - 1)}
        >
          ${previous}
        </button>
        <button
          class="icon"
          aria-label="Next checkpoint"
          ?disabled=${index >= checkpoints.length - 1}
          @click=${() => this.choose(index + 1)}
        >
          ${next}
        </button>
      </div>
      <div class="bar">
        ${this.ticks()}
        <input
          type="range"
          aria-label="Checkpoint"
          aria-valuetext=${this.words(chosen)}
          min="0"
          max=${Math.max(1, checkpoints.length - 1)}
          ?disabled=${checkpoints.length < 2}
          .value=${String(this.held ?? index)}
          @keydown=${({ repeat }: KeyboardEvent) => (this.passing = repeat)}
          @pointerdown=${() => (this.passing = true)}
          @input=${this.slide}
          @change=${() => (this.held = null)}
        />
        <div class="names">${this.names()}</div>
      </div>
      ${
        checkpoints.length > 2
          ? html`<picasso-picks-form
            .checkpoints=${this.siblings}
            .chosen=${chosen}
            .picks=${this.picks}
          ></picasso-picks-form>`
          : null
      }
    `;
  }

  /** Of the chosen checkpoint's model: only these stand side by side. */
  private get siblings(): CheckpointInfo[] {
    return this.checkpoints.filter((one) => one.model === this.chosen?.model);
  }

  private ticks(): TemplateResult {
    const thin = this.checkpoints.length > 60;
    const width = thin ? 0.5 : 2;
    const columns = this.picks.kind === "all" ? [] : picked(this.siblings, this.picks, this.chosen);
    return html`<svg class="ticks" aria-hidden="true">
      <rect class="line" x="0" y="7" width="100%" height="2"></rect>
      ${this.checkpoints.map((one, index) => {
        const column = columns.includes(one);
        const tall = !thin || column || one.names.length > 0;
        const height = tall ? 8 : 4;
        return svg`<rect
          class=${column ? "column" : ""}
          x="${this.share(index)}%"
          y=${8 - height / 2}
          width=${width}
          height=${height}
          transform="translate(${-width / 2})"
        ></rect>`;
      })}
    </svg>`;
  }

  /** First, best and last under their ticks, to be clicked; names at the same or a near place stand together. */
  private names(): TemplateResult[] {
    const labels: { share: number; names: { text: string; index: number }[] }[] = [];
    this.checkpoints.forEach((one, index) => {
      const share = this.share(index);
      const names = one.names.map((text) => ({ text, index }));
      const before = labels.at(-1);
      if (!names.length) return;
      if (before && share - before.share < 18) labels.splice(-1, 1, { share, names: [...before.names, ...names] });
      else labels.push({ share, names });
    });
    return labels.map(({ share, names }) => {
      const side = share < 12 ? "start" : share > 82 ? "end" : "";
      const left = side === "start" ? 0 : side === "end" ? 100 : share;
      return html`<span class=${side} style="left:${left}%">
        ${names.map(({ text, index }) => this.jump(text, index))}
      </span>`;
    });
  }

  private jump(text: string, index: number): TemplateResult {
    const step = this.checkpoints[index]?.step ?? 0;
    return html`<button title="To step ${count(step)}" @click=${() => this.choose(index)}>
      ${text}<span class="unseen"> checkpoint</span>
    </button>`;
  }

  private share(index: number): number {
    return (100 * index) / Math.max(1, this.checkpoints.length - 1);
  }

  private words(checkpoint: CheckpointInfo): string {
    const names = checkpoint.names.length ? `, ${checkpoint.names.join(", ")}` : "";
    return `step ${checkpoint.step}${this.severalModels ? ` of ${checkpoint.model}` : ""}${names}`;
  }

  private slide({ target }: Event): void {
    this.held = (target as HTMLInputElement).valueAsNumber;
    this.choose(this.held, this.passing);
  }

  private choose(index: number, passing = false): void {
    const one = this.checkpoints[index];
    if (one) act(this, { type: passing ? "pass" : "choose", choice: { step: one.step, model: one.model } });
  }
}
