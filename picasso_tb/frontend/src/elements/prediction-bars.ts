import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ModelInfo, Prediction } from "../api-types";
import { className, givesNumber, outputWords } from "../logic/select";
import { base } from "../styles";

const SHOWN = 5;

/** The most probable classes as bars, the true one named. */
@customElement("picasso-prediction-bars")
export class PredictionBarsElement extends LitElement {
  @property({ attribute: false }) predictions: readonly Prediction[] = [];
  @property({ attribute: false }) model: ModelInfo | null = null;
  @property({ attribute: false }) label: number | null = null;

  static override styles = [
    base,
    css`
      :host {
        display: grid; align-content: center; align-self: stretch; padding: 4px 0 4px 8px; min-width: 0; overflow: hidden;
      }
      dl { display: grid; gap: 6px; font-size: 12px; line-height: 15px; }
      div { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 6px; }
      dt { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--text-2); }
      div:first-child dt { color: var(--text); font-weight: 500; }
      .bar { grid-column: 1 / 3; height: 6px; background: var(--line); }
      .bar i { display: block; height: 100%; background: var(--text-2); }
    `,
  ];

  override render(): TemplateResult {
    return html`<dl>
      ${this.predictions.slice(0, SHOWN).map(
        (one) => html`<div>
          <dt title=${className(this.model, one.class_index)}>
            ${className(this.model, one.class_index)}${one.class_index === this.label ? " (true)" : ""}
          </dt>
          <dd>${outputWords(this.model, one.probability)}</dd>
          ${
            givesNumber(this.model)
              ? null
              : html`<span class="bar"><i style="width:${100 * one.probability}%"></i></span>`
          }
        </div>`,
      )}
    </dl>`;
  }
}
