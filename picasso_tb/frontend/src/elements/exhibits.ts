import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { ChartExhibit, MapInfo, ModelInfo, TableExhibit } from "../api-types";
import type { Loader } from "../loader";
import { barsOf, cellWords, type Exhibit } from "../logic/exhibits";
import { plain } from "../logic/format";
import { base } from "../styles";
import "./exhibit-lines";
import "./page-frame";

/** What a visualization shows beside a map or in place of one: tables, charts, pictures, and its own page. */
@customElement("picasso-exhibits")
export class ExhibitsElement extends LitElement {
  @property({ attribute: false }) loader!: Loader;
  @property({ attribute: false }) info!: MapInfo;
  @property({ attribute: false }) model: ModelInfo | null = null;
  @property({ type: Boolean }) dark = false;
  @state() private exhibits: readonly Exhibit[] | null = null;
  @state() private problem = "";
  private asked = "";
  private loading = new AbortController();

  static override styles = [
    base,
    css`
      :host { display: grid; gap: 16px; align-content: start; min-width: 0; }
      figure { margin: 0; min-width: 0; }
      figcaption { font-weight: 500; margin-bottom: 4px; }
      .scroll { overflow: auto; max-height: 360px; }
      table { border-collapse: collapse; font-size: 12px; line-height: 16px; }
      th { font-weight: 500; text-align: left; color: var(--text-2); }
      th, td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
      td.number { text-align: right; }
      .bars { display: grid; grid-template-columns: minmax(48px, auto) minmax(0, 1fr) auto; gap: 4px 8px; font-size: 12px; }
      .bars { line-height: 16px; align-items: center; margin: 0; }
      .bars dt { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 160px; }
      .track { position: relative; height: 8px; background: var(--line); }
      .track i { position: absolute; inset: 0 auto; height: 100%; background: var(--text-2); }
      .bars dd { display: contents; }
      img { max-width: 100%; image-rendering: pixelated; display: block; }
    `,
  ];

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("info") && this.info.key !== this.asked) void this.load(this.info);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.loading.abort();
    this.asked = "";
  }

  override render(): TemplateResult {
    if (this.problem) return html`<p class="bad" role="alert">${this.problem}</p>`;
    if (!this.exhibits) return html`<p class="quiet" role="status">loading ...</p>`;
    const page = this.info.page
      ? html`<picasso-page-frame .loader=${this.loader} .key=${this.info.key}></picasso-page-frame>`
      : null;
    return html`${this.exhibits.map((one) => this.figure(one))}${page}`;
  }

  private async load({ key, exhibits }: MapInfo): Promise<void> {
    this.asked = key;
    this.problem = "";
    this.loading.abort();
    const { signal } = (this.loading = new AbortController());
    try {
      const found = exhibits ? await this.loader.exhibits(key, signal) : [];
      if (!signal.aborted) this.exhibits = found;
    } catch (problem) {
      if (!signal.aborted) this.problem = problem instanceof Error ? problem.message : String(problem);
    }
  }

  private figure(exhibit: Exhibit): TemplateResult {
    const caption = exhibit.title ? html`<figcaption>${exhibit.title}</figcaption>` : null;
    return html`<figure>${caption}${this.content(exhibit)}</figure>`;
  }

  private content(exhibit: Exhibit): TemplateResult {
    switch (exhibit.kind) {
      case "table":
        return this.table(exhibit);
      case "bars":
        return this.bars(exhibit);
      case "lines":
        return html`<picasso-exhibit-lines
          .chart=${exhibit}
          .model=${this.model}
          .dark=${this.dark}
        ></picasso-exhibit-lines>`;
      case "picture":
        return html`<img
          src=${exhibit.url}
          width=${exhibit.width}
          height=${exhibit.height}
          alt=${exhibit.title || "Picture of the visualization"}
        />`;
    }
  }

  private table({ title, columns, rows }: TableExhibit): TemplateResult {
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${title || "Table"}>
      <table>
        <thead>
          <tr>
            ${columns.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) => html`<tr>
              ${row.map((cell) => {
                const number = typeof cell === "number";
                return html`<td class=${number ? "number" : ""}>${cellWords(cell, this.model)}</td>`;
              })}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private bars(chart: ChartExhibit): TemplateResult {
    const several = Object.keys(chart.lines).length > 1;
    const label = chart.title || `${chart.y_label} by ${chart.x_label}`;
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${label}>
      <dl class="bars">
        ${barsOf(chart, this.model).flatMap(({ place, bars }) =>
          bars.map(
            (
              bar,
              index,
            ) => html`<dt title=${place}>${index ? "" : place}${several ? html` <span class="quiet">${bar.name}</span>` : null}</dt>
              <dd>
                <span class="track"><i style="left:${100 * bar.from}%;width:${100 * bar.length}%"></i></span>
                <span>${bar.value === null ? "" : plain(Number(bar.value.toPrecision(3)))}</span>
              </dd>`,
          ),
        )}
      </dl>
    </div>`;
  }
}
