import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { count, phaseWords, seconds } from "../logic/format";
import type { Answer } from "../logic/state";
import { base } from "../styles";
import { act } from "./act";

/** How the computation goes: its phase in words, passes, time left, and Cancel; or that it was cancelled or refused. */
@customElement("picasso-job-bar")
export class JobBarElement extends LitElement {
  @property({ attribute: false }) answer: Answer | null = null;
  /** What is being computed: "Occlusion, step 5". */
  @property() what = "";

  static override styles = [
    base,
    css`
      :host { display: block; margin-bottom: 16px; }
      .note .button { margin-top: 8px; }
      .line { display: flex; align-items: center; gap: 12px; min-height: 28px; margin-bottom: 6px; flex-wrap: wrap; }
      .bar { height: 3px; background: var(--line); }
      .bar i { display: block; height: 3px; background: var(--accent); }
    `,
  ];

  protected override willUpdate(): void {
    this.hidden = !this.answer || this.answer.phase === "done";
  }

  override render(): TemplateResult | null {
    switch (this.answer?.phase) {
      case "computing":
        return this.computing(this.answer);
      case "cancelled":
        return html`<div class="line" role="status">
          <span>${this.what}: cancelled. What was finished is kept.</span>
          <button class="button main" @click=${() => act(this, { type: "compute" })}>Compute</button>
        </div>`;
      case "refused":
        return html`<div class="note error" role="alert">
          <b>${this.what} cannot be computed.</b>
          <p>${this.answer.error?.message}</p>
          <button class="button" @click=${() => act(this, { type: "compute" })}>Try again</button>
        </div>`;
      default:
        return null;
    }
  }

  private computing({ job, maps }: Answer): TemplateResult {
    const phase = phaseWords(job?.phase ?? "", job?.phase_seconds ?? 0);
    const share = job?.passes ? job.passes_done / job.passes : 0;
    const done = job?.maps_done ?? 0;
    return html`
      <div class="line">
        <span class="grow" role="status">${this.what}: ${phase}</span>
        <span class="quiet">${this.numbers()}</span>
        <button class="button" @click=${() => act(this, { type: "cancel" })}>Cancel</button>
      </div>
      <div
        class="bar"
        role="progressbar"
        aria-label="${this.what}, ${done} of ${maps.length} maps"
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${Math.round(100 * share)}
      >
        <i style="width:${100 * share}%"></i>
      </div>
    `;
  }

  private numbers(): string {
    const job = this.answer?.job;
    if (!job?.passes) return "";
    const passes = `${count(job.passes_done)} of ${count(job.passes)} passes`;
    return job.seconds_left === null ? passes : `${passes} · ${seconds(job.seconds_left)} left`;
  }
}
