import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import uPlot from "uplot";
import { plain } from "../logic/format";
import { base } from "../styles";

export interface Line {
  name: string;
  /** One a column; null where it is not known. */
  values: (number | null)[];
}

const HEIGHT = 128;
const MARGIN = 0.1;
const TICKS = [0, 0.5, 1];
/** Lines of charts differ by their strokes and points, not by colour: colour means data of maps. */
export const STROKES: readonly (readonly number[])[] = [[], [4, 3], [1, 3], [8, 3, 1, 3]];

/** Shares over columns: the points stand where the columns do, also while the strip scrolls. */
@customElement("picasso-line-chart")
export class LineChartElement extends LitElement {
  @property({ attribute: false }) lines: readonly Line[] = [];
  /** Middle of each column, in pixels of the strip. */
  @property({ attribute: false }) places: readonly number[] = [];
  /** Where the last column ends, in pixels of the strip. */
  @property({ type: Number }) end = 0;
  /** The part of the strip in sight. */
  @property({ type: Number }) from = 0;
  @property({ type: Number }) span = 0;
  /** The column of the current checkpoint, -1 for none. */
  @property({ type: Number }) current = -1;
  @property() words = "";
  @property({ type: Boolean }) dark = false;
  @query(".plot") private target!: HTMLElement;
  private plot: uPlot | null = null;

  /** Where to write the numbers of the scale, in pixels from the top. */
  static readonly ticks = TICKS.map((tick) => ({
    words: plain(tick),
    top: Math.round((HEIGHT * (1 + MARGIN - tick)) / (1 + 2 * MARGIN)),
  }));

  static override styles = [
    base,
    css`
      :host { display: block; position: relative; height: ${HEIGHT}px; overflow: hidden; }
      .plot { position: absolute; inset: 0; }
      .plot * { position: absolute; top: 0; left: 0; }
      i {
        position: absolute; left: 0; height: 0; border-top: 1px solid var(--line);
      }
    `,
  ];

  override render(): TemplateResult {
    return html`${LineChartElement.ticks.map(({ top }) => html`<i style="top:${top}px;width:${this.end - this.from}px"></i>`)}
      <div class="plot" role="img" aria-label=${this.words}></div>`;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.plot?.destroy();
    this.plot = null;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!this.span) return;
    if (!this.plot || changed.has("lines") || changed.has("dark") || changed.has("current")) this.build();
    if (!this.plot) return;
    if (changed.has("places")) this.plot.setData(this.data, false);
    if (changed.has("span")) this.plot.setSize({ width: this.span, height: HEIGHT });
    this.plot.setScale("x", { min: this.from, max: this.from + this.span });
  }

  private get data(): uPlot.AlignedData {
    return [[...this.places], ...this.lines.map((line) => line.values)];
  }

  private build(): void {
    this.plot?.destroy();
    const ink = getComputedStyle(this).getPropertyValue("--text").trim();
    const ground = getComputedStyle(this).getPropertyValue("--bg").trim();
    const series = this.lines.map((line, index): uPlot.Series => {
      const dash = STROKES[index % STROKES.length] ?? [];
      const points = { show: true, size: 7, width: 1.5, stroke: ink, fill: dash.length ? ground : ink };
      return { label: line.name, stroke: ink, width: 1.5, dash: [...dash], spanGaps: false, points };
    });
    this.plot = new uPlot(
      {
        width: this.span,
        height: HEIGHT,
        padding: [0, 0, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        axes: [{ show: false }, { show: false }],
        scales: { x: { time: false, auto: false }, y: { auto: false, range: [-MARGIN, 1 + MARGIN] } },
        series: [{}, ...series],
        hooks: { draw: [(plot) => this.annotate(plot, ink, ground)] },
      },
      this.data,
      this.target,
    );
  }

  /** The current point larger, and each line's name at its last point in sight. */
  private annotate(plot: uPlot, ink: string, ground: string): void {
    const { ctx } = plot;
    const ratio = uPlot.pxRatio;
    ctx.save();
    ctx.font = `${11 * ratio}px Roboto, "Helvetica Neue", Arial, sans-serif`;
    ctx.textAlign = "right";
    const taken: number[] = [];
    for (const line of this.lines) {
      this.enlarge(plot, line, ink);
      const last = line.values.findLastIndex((value, index) => value !== null && this.isInSight(index));
      const value = line.values[last];
      if (value === null || value === undefined) continue;
      const x = plot.valToPos(this.places[last] ?? 0, "x", true) + 10 * ratio;
      let y = plot.valToPos(value, "y", true) + (value > 0.5 ? 16 : -8) * ratio;
      while (taken.some((other) => Math.abs(other - y) < 12 * ratio)) y += 12 * ratio;
      taken.push(y);
      ctx.strokeStyle = ground;
      ctx.lineWidth = 3 * ratio;
      ctx.strokeText(line.name, x, y);
      ctx.fillStyle = ink;
      ctx.fillText(line.name, x, y);
    }
    ctx.restore();
  }

  private enlarge(plot: uPlot, line: Line, ink: string): void {
    const value = line.values[this.current];
    const place = this.places[this.current];
    if (value === null || value === undefined || place === undefined) return;
    plot.ctx.beginPath();
    plot.ctx.arc(plot.valToPos(place, "x", true), plot.valToPos(value, "y", true), 5 * uPlot.pxRatio, 0, 2 * Math.PI);
    plot.ctx.fillStyle = ink;
    plot.ctx.fill();
  }

  private isInSight(index: number): boolean {
    const place = this.places[index] ?? -Infinity;
    return place >= this.from && place <= this.from + this.span;
  }
}
