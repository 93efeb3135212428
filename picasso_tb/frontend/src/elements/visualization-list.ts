import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Estimate, VisualizationInfo } from "../api-types";
import { plural } from "../logic/format";
import { base, radio, section } from "../styles";
import { act } from "./act";

/**
 * The methods, with what each does and costs; one of them is shown, or several where they are columns. What cannot be
 * chosen stays in the list and says why.
 */
@customElement("picasso-visualization-list")
export class VisualizationListElement extends LitElement {
  @property({ attribute: false }) visualizations: readonly VisualizationInfo[] = [];
  @property({ attribute: false }) chosen: string | null = null;
  /** Those that are columns; null where they are not. */
  @property({ attribute: false }) ticked: readonly string[] | null = null;
  /** Of the chosen one with the settings as they are; null while unknown. */
  @property({ attribute: false }) estimate: Estimate | null = null;
  /** By name, why a visualization cannot be chosen. */
  @property({ attribute: false }) obstacles: ReadonlyMap<string, string> = new Map();

  static override styles = [
    base,
    section,
    radio,
    css`
      .row { display: flex; gap: 10px; padding: 4px 8px; margin: 0 -8px; border-radius: 4px; }
      .row:hover { background: var(--hover); }
      .row.chosen { background: var(--band); }
      label { display: block; }
      input { margin: 2px 1px 0; flex: none; accent-color: var(--accent); }
      input[type="checkbox"] { width: 14px; height: 14px; }
      .title { display: flex; gap: 8px; justify-content: space-between; overflow-wrap: anywhere; }
      .passes { color: var(--text-3); white-space: nowrap; }
      .chosen .passes { color: var(--text-2); }
      .about { display: block; }
      .row:not(.chosen) .about { display: none; } /* a long list: the title's tooltip says it, and readers hear it */
      .more { display: block; }
      .barred .title { color: var(--text-3); }
      .barred label { cursor: default; }
      .why { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      .chosen .why, .why.bad { max-height: 64px; overflow: auto; overflow-wrap: anywhere; white-space: pre-line; }
      a { color: inherit; }
    `,
  ];

  override render(): TemplateResult {
    return html`
      <div class="head"><h2>Visualization</h2></div>
      <div role="radiogroup" aria-label="Visualization">${this.visualizations.map((one) => this.row(one))}</div>
    `;
  }

  private row(one: VisualizationInfo): TemplateResult {
    const chosen = one.name === this.chosen;
    const why = this.obstacles.get(one.name);
    return html`<div class="row ${chosen ? "chosen" : ""} ${why ? "barred" : ""}">
      ${this.ticked && !why ? this.tick(one, this.ticked) : null}
      <input
        type="radio"
        id=${one.name}
        name="visualization"
        aria-label=${one.title}
        aria-describedby="about-${one.name}"
        .checked=${chosen}
        ?disabled=${Boolean(why) && !chosen}
        @change=${() => act(this, { type: "choose", choice: { visualization: one.name } })}
      />
      <span class="grow">
        <label for=${one.name} title=${why ?? one.summary}>
          <span class="title">${one.title}<span class="passes small">${this.cost(one, chosen)}</span></span>
          <span class="small quiet ${why ? "" : "about"}" id="about-${one.name}"
            >${why ? this.reason(one, why) : one.summary}</span
          >
        </label>
        ${one.failure ? html`<span class="small why bad" role="alert">Failed when last used: ${one.failure}</span>` : null}
        ${chosen && !why ? this.facts(one) : null}
      </span>
    </div>`;
  }

  private tick(one: VisualizationInfo, ticked: readonly string[]): TemplateResult {
    const change = (on: boolean): void => {
      const methods = on ? [...ticked, one.name] : ticked.filter((name) => name !== one.name);
      if (methods.length) act(this, { type: "choose", choice: { methods } });
      else this.requestUpdate();
    };
    return html`<input
      type="checkbox"
      aria-label="${one.title} as a column"
      .checked=${ticked.includes(one.name)}
      ?disabled=${ticked.length === 1 && ticked.includes(one.name)}
      @change=${(event: Event) => change((event.target as HTMLInputElement).checked)}
    />`;
  }

  private cost(one: VisualizationInfo, chosen: boolean): string {
    if (one.error) return "";
    return plural((chosen ? this.estimate?.passes_per_probe : null) ?? one.default_passes, "pass", "passes");
  }

  private reason(one: VisualizationInfo, why: string): TemplateResult {
    return html`<span class="why ${one.error ? "bad" : ""}" role=${one.error ? "alert" : nothing}>${why}</span>`;
  }

  /** What a value of the chosen one is, and where the method comes from. */
  private facts(one: VisualizationInfo): TemplateResult {
    const { quantity, sign } = this.estimate ?? one;
    const way = sign === "signed" ? "of either sign" : "never negative";
    const { paper, draws_map } = one;
    const source = /^https?:/.test(paper)
      ? html`<a href=${paper} target="_blank" rel="noopener noreferrer">paper</a>`
      : paper;
    const shown = draws_map ? `${quantity}, ${way}` : quantity;
    return html`<span class="more small quiet">Shows: ${shown}. ${source}</span>`;
  }
}
