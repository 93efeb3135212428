import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { ProbeInfo } from "../api-types";
import type { Loader } from "../loader";
import { pictureUrl } from "../logic/addresses";
import type { Display } from "../logic/choice";
import type { Column } from "../logic/columns";
import { count, signed } from "../logic/format";
import { peakValue, type Scale } from "../logic/scale";
import { className, outputWords } from "../logic/select";
import { entryOf } from "../logic/shown";
import { START, type State } from "../logic/state";
import { base } from "../styles";
import { act } from "./act";
import "./map-canvas";
import { missingWords } from "./strip-cell";

const HEIGHT = 52;
const GAP = 6;
const BEYOND = 4;

/** The same probe at every checkpoint, small: choose one. Only those in sight are drawn and asked for. */
@customElement("picasso-inspect-strip")
export class InspectStripElement extends LitElement {
  @property({ attribute: false }) state: State = START;
  @property({ attribute: false }) columns: readonly Column[] = [];
  @property({ attribute: false }) probe!: ProbeInfo;
  @property({ attribute: false }) loader!: Loader;
  @property({ attribute: false }) scale: Scale | null = null;
  @property({ attribute: false }) display!: Display;
  @property({ type: Number }) rank = 0;
  @state() private first = 0;
  @state() private last = 0;
  @query(".scroll") private scroller!: HTMLElement;
  private told = "";
  private shownStep: number | null = null;
  private readonly resized = new ResizeObserver(() => this.look());

  static override styles = [
    base,
    css`
      :host { display: block; }
      .scroll { overflow-x: auto; scrollbar-width: thin; padding: 3px; }
      .row { position: relative; height: ${HEIGHT + 20}px; }
      button {
        position: absolute; top: 0; padding: 0; border: 0; background: none; display: block; text-align: center;
        font-size: 12px; line-height: 18px; color: var(--text-2);
      }
      .frame { display: block; height: ${HEIGHT}px; overflow: hidden; background: var(--sunken); }
      .blank { font-size: 11px; line-height: 13px; padding: 4px; overflow: hidden; }
      [aria-current="true"] { color: var(--text); font-weight: 500; }
      [aria-current="true"] .frame { outline: 2px solid var(--select); outline-offset: 1px; }
    `,
  ];

  override firstUpdated(): void {
    this.resized.observe(this.scroller);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  /** Of a thumbnail. */
  private get width(): number {
    return Math.round(Math.min(120, Math.max(36, (HEIGHT * this.probe.width) / this.probe.height)));
  }

  override render(): TemplateResult {
    const pitch = this.width + GAP;
    const inSight = this.columns.slice(this.first, this.last);
    return html`<div class="scroll" role="group" aria-label="Checkpoints" @scroll=${this.look}>
      <div class="row" style="width:${this.columns.length * pitch}px">
        ${repeat(
          inSight,
          (one) => one.name,
          (one, index) => this.thumbnail(one, (this.first + index) * pitch),
        )}
      </div>
    </div>`;
  }

  private thumbnail(column: Column, left: number): TemplateResult {
    const { step } = column.checkpoint;
    return html`<button
      style="left:${left}px;width:${this.width}px"
      tabindex=${column.current ? 0 : -1}
      aria-current=${column.current}
      aria-label=${this.words(column) ?? nothing}
      @click=${() => act(this, { type: "choose", choice: { step, model: column.checkpoint.model } })}
    >
      ${this.map(column)}<span class="unseen">step </span>${count(step)}
    </button>`;
  }

  /** Null where what is seen in place of a map says it. */
  private words(column: Column): string | null {
    const info = entryOf(this.state, column, this.probe, this.rank)?.info;
    if (!info || info.height === null || !this.scale) return null;
    const top = info.predictions[0];
    const peak = peakValue(info);
    const said = top
      ? `: ${className(column.model, top.class_index)} ${outputWords(column.model, top.probability)}`
      : "";
    const strength = peak !== null ? `, peak ${signed(peak, info.sign === "signed")}` : "";
    return `step ${column.checkpoint.step}${said}${strength}`;
  }

  private map(column: Column): TemplateResult {
    const { info, error } = entryOf(this.state, column, this.probe, this.rank) ?? {};
    if (!info || info.height === null || !this.scale) {
      const why = error ? "failed" : info ? "no map" : missingWords(this.state, column, this.probe.id);
      return html`<span class="frame blank">${why}</span>`;
    }
    return html`<picasso-map-canvas
      class="frame"
      aria-hidden="true"
      .loader=${this.loader}
      .info=${info}
      .scale=${this.scale}
      .display=${this.display}
      .picture=${pictureUrl(column.run, this.probe, this.width * devicePixelRatio)}
    ></picasso-map-canvas>`;
  }

  protected override updated(): void {
    const current = this.columns.find((one) => one.current);
    if (current && current.checkpoint.step !== this.shownStep) this.reveal(current);
    this.look();
  }

  private reveal(current: Column): void {
    this.shownStep = current.checkpoint.step;
    const left = this.columns.indexOf(current) * (this.width + GAP);
    const { scroller } = this;
    if (left < scroller.scrollLeft) scroller.scrollLeft = left;
    const beyond = left + this.width + GAP - scroller.clientWidth;
    if (beyond > scroller.scrollLeft) scroller.scrollLeft = beyond;
  }

  private look(): void {
    const { scrollLeft, clientWidth } = this.scroller;
    const pitch = this.width + GAP;
    this.first = Math.max(0, Math.floor(scrollLeft / pitch) - BEYOND);
    this.last = Math.min(this.columns.length, Math.ceil((scrollLeft + clientWidth) / pitch) + BEYOND);
    const seen = this.columns.slice(this.first, this.last).map((one) => one.id);
    const told = [this.probe.id, ...seen].join();
    if (told === this.told) return;
    this.told = told;
    const current = this.columns.find((one) => one.current)?.id;
    act(this, { type: "in-view", columns: [...(current ? [current] : []), ...seen], probes: [this.probe.id] });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "picasso-inspect-strip": InspectStripElement;
  }
}
