import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import uPlot from "uplot";
import type { ChartExhibit, ModelInfo } from "../api-types";
import { cellWords, placesOf } from "../logic/exhibits";
import { plain } from "../logic/format";
import { base } from "../styles";
import { STROKES } from "./line-chart";

const HEIGHT = 180;
/** A chart of lines that a visualization hands over, as wide as there is room. */
@customElement("picasso-exhibit-lines")
export class ExhibitLinesElement extends LitElement {
  @property({ attribute: false }) chart!: ChartExhibit;
  @property({ attribute: false }) model: ModelInfo | null = null;
  @property({ type: Boolean }) dark = false;
  @query(".plot") private target!: HTMLElement;
  private plot: uPlot | null = null;
  private readonly resized = new ResizeObserver(() => this.fit());

  static override styles = [
    base,
    css`
      :host { display: block; min-width: 0; }
      .plot { position: relative; height: ${HEIGHT}px; overflow: hidden; }
      .u-wrap { position: relative; }
      .u-under, .u-over { position: absolute; }
      .u-axis { position: absolute; }
      .u-wrap canvas { display: block; position: relative; width: 100%; height: 100%; }
      .u-legend { display: none; }
      ul { margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0 16px; list-style: none; }
      line { stroke: currentColor; stroke-width: 1.6; }
      svg { width: 24px; height: 8px; vertical-align: middle; }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
    this.plot?.destroy();
    this.plot = null;
  }

  override render(): TemplateResult {
    return html`<div class="plot" role="img" aria-label=${this.words()}></div>
      <ul class="small">
        ${Object.keys(this.chart.lines).map(
          (name, index) => html`<li>
            <svg aria-hidden="true"><line x1="0" x2="24" y1="4" y2="4" stroke-dasharray=${strokeOf(index).join(" ")} /></svg>
            ${name}
          </li>`,
        )}
      </ul>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has("chart") && !changed.has("dark") && !changed.has("model")) return;
    this.plot?.destroy();
    this.plot = new uPlot(this.options(), [placesOf(this.chart), ...Object.values(this.chart.lines)], this.target);
  }

  private fit(): void {
    if (this.plot && this.clientWidth) this.plot.setSize({ width: this.clientWidth, height: HEIGHT });
  }

  private options(): uPlot.Options {
    const { chart } = this;
    const style = getComputedStyle(this);
    const stroke = style.getPropertyValue("--text-2");
    const font = "11px Roboto, Arial, sans-serif";
    const grid = { stroke: style.getPropertyValue("--line"), width: 1 };
    const places = placesOf(chart);
    const named = (_: uPlot, ticks: number[]): string[] =>
      ticks.map((tick) => cellWords(chart.x[places.indexOf(tick)] ?? null, this.model));
    const numbers = chart.x.every((cell) => typeof cell === "number");
    const shared = { stroke, font, labelFont: font, grid, ticks: grid };
    return {
      width: Math.max(1, this.clientWidth),
      height: HEIGHT,
      cursor: { show: false },
      legend: { show: false },
      scales: { x: { time: false } },
      series: [
        {},
        ...Object.keys(chart.lines).map((label, index) => ({
          label,
          stroke: style.getPropertyValue("--text"),
          width: 1.6,
          dash: [...strokeOf(index)],
          points: { show: places.length < 40 },
        })),
      ],
      axes: [
        { ...shared, label: chart.x_label, ...(numbers ? {} : { values: named }) },
        { ...shared, label: chart.y_label, values: (_, ticks) => ticks.map((tick) => plain(tick)) },
      ],
    };
  }

  /** First and last value of each line: what a person would say of it. */
  private words(): string {
    const { lines, title, x_label, y_label } = this.chart;
    const each = Object.entries(lines).map(([name, values]) => {
      const known = values.filter((value) => value !== null);
      const [first, last] = [known[0], known.at(-1)];
      return first === undefined || last === undefined
        ? `${name}: nothing`
        : `${name}: ${plain(Number(first.toPrecision(3)))} to ${plain(Number(last.toPrecision(3)))}`;
    });
    return `${title || y_label} over ${x_label}. ${each.join("; ")}`;
  }
}

function strokeOf(index: number): readonly number[] {
  return STROKES[index % STROKES.length] ?? [];
}
