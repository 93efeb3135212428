import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { columnsOf, currentColumn } from "../logic/columns";
import { progressOf, type Progress } from "../logic/cost";
import { count, phaseWords, plural, seconds } from "../logic/format";
import { leftOut } from "../logic/plan";
import { START, type State } from "../logic/state";
import { base } from "../styles";
import { act } from "./act";

/**
 * How the computing of the view goes, over all its columns: the phase in words, passes, time left, and Cancel; or that
 * it was cancelled or refused, or that more is left than is computed unasked.
 */
@customElement("picasso-job-bar")
export class JobBarElement extends LitElement {
  @property({ attribute: false }) state: State = START;

  static override styles = [
    base,
    css`
      :host { display: block; margin-bottom: 16px; }
      .note { margin-bottom: 8px; }
      .note .button { margin-top: 8px; }
      .line { display: flex; align-items: center; gap: 12px; min-height: 28px; margin-bottom: 6px; flex-wrap: wrap; }
      .bar { height: 3px; background: var(--line); }
      .bar i { display: block; height: 3px; background: var(--accent); }
    `,
  ];

  protected override willUpdate(): void {
    const progress = progressOf(this.state);
    const quiet = !progress || progress.phase === "done" || progress.phase === "asking";
    this.hidden = quiet && !progress?.errors.length && !progress?.failed.maps && !this.left();
  }

  override render(): TemplateResult | null {
    const progress = progressOf(this.state);
    if (!progress) return null;
    return html`${progress.errors.map((error) => this.refused(error))}${this.failed(progress)}${this.line(progress)}`;
  }

  private line(progress: Progress): TemplateResult | null {
    switch (progress.phase) {
      case "computing":
        return this.computing(progress);
      case "cancelled":
        return html`<div class="line" role="status">
          <span>${this.what()}: cancelled. What was finished is kept.</span>
          <button class="button main" @click=${() => act(this, { type: "compute" })}>Compute</button>
        </div>`;
      default:
        return this.rest();
    }
  }

  /** "Occlusion, step 5", or over how many columns. */
  private what(): string {
    const columns = columnsOf(this.state);
    const current = currentColumn(this.state);
    const title = current?.visualization.title ?? "";
    if (columns.length < 2) return current ? `${title}, step ${count(current.checkpoint.step)}` : title;
    const across = { none: "", checkpoints: "checkpoint", runs: "run", classes: "class", methods: "method" };
    const noun = across[this.state.choice.columns];
    const number = plural(columns.length, noun, noun === "class" ? "classes" : `${noun}s`);
    return noun === "method" ? number : `${title}, ${number}`;
  }

  private computing(progress: Progress): TemplateResult {
    const { maps, mapsDone, passes, passesDone } = progress;
    const within = passes ? passesDone / passes : 0;
    const share = columnsOf(this.state).length > 1 ? mapsDone / Math.max(1, maps) : within;
    const what = this.what();
    return html`
      <div class="line">
        <span class="grow" role="status">${what}: ${phaseWords(progress.words, progress.since)}</span>
        <span class="quiet">${this.numbers(progress)}</span>
        <button class="button" @click=${() => act(this, { type: "cancel" })}>Cancel</button>
      </div>
      <div
        class="bar"
        role="progressbar"
        aria-label="${what}, ${mapsDone} of ${maps} maps"
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${Math.round(100 * share)}
      >
        <i style="width:${100 * share}%"></i>
      </div>
    `;
  }

  private numbers({ maps, mapsDone, passes, passesDone, secondsLeft }: Progress): string {
    if (columnsOf(this.state).length > 1) return `${count(mapsDone)} of ${count(maps)} maps`;
    if (!passes) return "";
    const done = `${count(passesDone)} of ${count(passes)} passes`;
    return secondsLeft === null ? done : `${done} · ${seconds(secondsLeft)} left`;
  }

  private refused({ columns, message }: Progress["errors"][number]): TemplateResult {
    const several = columnsOf(this.state).length > 1;
    const what = several ? columns.join(", ") : this.what();
    return html`<div class="note error" role="alert">
      <b>${what} cannot be computed.</b>
      <p>${message}</p>
      <button class="button" @click=${() => act(this, { type: "compute" })}>Try again</button>
    </div>`;
  }

  /** In a job that went on, or is over. */
  private failed({ failed }: Progress): TemplateResult | null {
    if (!failed.maps) return null;
    return html`<div class="note error" role="alert">
      <b>${plural(failed.maps, "map")} could not be computed.</b>
      <p>${failed.message}</p>
      <button class="button" @click=${() => act(this, { type: "compute" })}>Try again</button>
    </div>`;
  }

  /** What is in view is computed; the rest of a large view only where the user wants it. */
  private rest(): TemplateResult | null {
    const left = this.left();
    if (!left) return null;
    return html`<div class="line" role="status">
      <span class="quiet">Only what you look at is computed: ${plural(left, "map")} of this view are not.</span>
      <button class="button" @click=${() => act(this, { type: "compute-all" })}>Compute all</button>
    </div>`;
  }

  private left(): number {
    return this.state.catalogue?.compute.available ? leftOut(this.state) : 0;
  }
}
