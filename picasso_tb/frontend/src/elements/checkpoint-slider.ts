import { css, html, LitElement, svg, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { CheckpointInfo } from "../api-types";
import { count } from "../logic/format";
import { base, section } from "../styles";
import { act } from "./act";
import { next, previous } from "./icons";

/** The checkpoints of the run as a bar with one tick each, evenly spaced; one of them is shown. */
@customElement("picasso-checkpoint-slider")
export class CheckpointSliderElement extends LitElement {
  @property({ attribute: false }) checkpoints: readonly CheckpointInfo[] = [];
  @property({ attribute: false }) chosen: CheckpointInfo | null = null;
  /** Whether the run has several models, so that a step needs the model's name beside it. */
  @property({ type: Boolean }) severalModels = false;

  static override styles = [
    base,
    section,
    css`
      .bar { position: relative; height: 34px; margin: 4px 0 0; }
      .ticks { position: absolute; left: 6px; right: 6px; top: 0; height: 16px; }
      svg.ticks { width: calc(100% - 12px); stroke: none; overflow: visible; }
      rect { fill: var(--edge); }
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
      .names span { position: absolute; color: var(--text-3); white-space: nowrap; transform: translateX(-50%); }
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
          .value=${String(index)}
          @input=${(event: Event) => this.choose((event.target as HTMLInputElement).valueAsNumber)}
        />
        <div class="names" aria-hidden="true">${this.names()}</div>
      </div>
    `;
  }

  private ticks(): TemplateResult {
    const thin = this.checkpoints.length > 60;
    const width = thin ? 0.5 : 2;
    return html`<svg class="ticks" aria-hidden="true">
      <rect class="line" x="0" y="7" width="100%" height="2"></rect>
      ${this.checkpoints.map((one, index) => {
        const tall = !thin || one.names.length > 0;
        const height = tall ? 8 : 4;
        return svg`<rect
          x="${this.share(index)}%"
          y=${8 - height / 2}
          width=${width}
          height=${height}
          transform="translate(${-width / 2})"
        ></rect>`;
      })}
    </svg>`;
  }

  /** First, best and last under their ticks; names at the same or a near place are joined. */
  private names(): TemplateResult[] {
    const labels: { share: number; text: string }[] = [];
    this.checkpoints.forEach((one, index) => {
      if (!one.names.length) return;
      const share = this.share(index);
      const text = one.names.join(", ");
      const before = labels.at(-1);
      if (before && share - before.share < 18) labels.splice(-1, 1, { share, text: `${before.text} ${text}` });
      else labels.push({ share, text });
    });
    return labels.map(({ share, text }) => {
      const side = share < 12 ? "start" : share > 82 ? "end" : "";
      const left = side === "start" ? 0 : side === "end" ? 100 : share;
      return html`<span class=${side} style="left:${left}%">${text}</span>`;
    });
  }

  private share(index: number): number {
    return (100 * index) / Math.max(1, this.checkpoints.length - 1);
  }

  private words(checkpoint: CheckpointInfo): string {
    const names = checkpoint.names.length ? `, ${checkpoint.names.join(", ")}` : "";
    return `step ${checkpoint.step}${this.severalModels ? ` of ${checkpoint.model}` : ""}${names}`;
  }

  private choose(index: number): void {
    const one = this.checkpoints[index];
    if (one) act(this, { type: "choose", choice: { step: one.step, model: one.model } });
  }
}
