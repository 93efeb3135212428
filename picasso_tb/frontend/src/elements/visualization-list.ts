import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { VisualizationInfo } from "../api-types";
import { plural } from "../logic/format";
import { base, radio, section } from "../styles";
import { act } from "./act";

/** The methods, with what each does and costs; one of them is shown. */
@customElement("picasso-visualization-list")
export class VisualizationListElement extends LitElement {
  @property({ attribute: false }) visualizations: readonly VisualizationInfo[] = [];
  @property({ attribute: false }) chosen: string | null = null;
  /** Passes of the chosen one with the settings as they are; null while unknown. */
  @property({ attribute: false }) passes: number | null = null;

  static override styles = [
    base,
    section,
    radio,
    css`
      label { display: flex; gap: 10px; padding: 6px 8px; margin: 0 -8px; border-radius: 4px; }
      label:hover { background: var(--hover); }
      label:has(:checked) { background: var(--band); }
      input[type="radio"] { margin-top: 2px; }
      .title { display: flex; gap: 8px; justify-content: space-between; }
      .passes { color: var(--text-3); white-space: nowrap; }
      label:has(:checked) .passes { color: var(--text-2); }
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
    const passes = (chosen ? this.passes : null) ?? one.default_passes;
    return html`<label>
      <input
        type="radio"
        name="visualization"
        aria-label=${one.title}
        .checked=${chosen}
        @change=${() => act(this, { type: "choose", choice: { visualization: one.name } })}
      />
      <span class="grow">
        <span class="title">${one.title}<span class="passes small">${plural(passes, "pass", "passes")}</span></span>
        <span class="small quiet">${one.summary}</span>
      </span>
    </label>`;
  }
}
