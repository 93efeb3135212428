import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { percent } from "../logic/format";
import { base } from "../styles";

/** A slider with a number beside it. Sends `change` with `value`, NaN for what is no number, null for empty. */
@customElement("picasso-number-field")
export class NumberFieldElement extends LitElement {
  @property() label = "";
  @property({ attribute: false }) value: number | null = null;
  @property({ attribute: false }) low: number | null = null;
  @property({ attribute: false }) high: number | null = null;
  @property({ type: Number }) step = 1;
  @property() unit = "";
  /** Shows the value, a share, a hundred times as large. */
  @property({ type: Boolean }) percent = false;
  @property({ type: Boolean }) invalid = false;
  @property({ type: Boolean }) disabled = false;

  static override styles = [
    base,
    css`
      :host { display: grid; grid-template-columns: minmax(0, 1fr) 64px; gap: 10px; align-items: center; }
      input[type="range"] {
        appearance: none; width: 100%; height: 16px; margin: 0; background: none; cursor: pointer;
      }
      input[type="range"]::-webkit-slider-runnable-track {
        height: 2px;
        background: linear-gradient(to right, var(--accent) var(--part), var(--line) var(--part));
      }
      input[type="range"]::-moz-range-track { height: 2px; background: var(--line); }
      input[type="range"]::-moz-range-progress { height: 2px; background: var(--accent); }
      input[type="range"]::-webkit-slider-thumb {
        appearance: none; width: 12px; height: 12px; margin-top: -5px; border-radius: 50%; background: var(--accent);
      }
      input[type="range"]::-moz-range-thumb {
        width: 12px; height: 12px; border: 0; border-radius: 50%; background: var(--accent);
      }
      input:disabled { opacity: 0.5; cursor: default; }
      .number {
        display: flex; align-items: center; height: 24px; border: 1px solid var(--line); border-radius: 3px;
        background: var(--surface); grid-column: 2;
      }
      .number:focus-within { outline: 2px solid var(--focus); outline-offset: 1px; }
      .number.invalid { border-color: var(--bad); }
      .number input {
        flex: 1; min-width: 0; width: 100%; border: 0; background: none; text-align: right; padding: 0 4px;
        outline: none; appearance: textfield;
      }
      .number input::-webkit-inner-spin-button { display: none; }
      .unit { color: var(--text-3); padding-right: 5px; }
    `,
  ];

  override render(): TemplateResult {
    const scale = this.percent ? 100 : 1;
    const step = Number((this.step * scale).toPrecision(12));
    return html`
      ${
        this.low === null || this.high === null
          ? null
          : html`<input
            type="range"
            aria-label=${this.label}
            aria-valuetext="${this.shown()} ${this.unit}"
            style="--part:${this.filledPart(this.low, this.high)}%"
            min=${this.low * scale}
            max=${this.high * scale}
            step=${step}
            .value=${this.shown()}
            ?disabled=${this.disabled}
            @input=${this.changed}
          />`
      }
      <span class="number ${this.invalid ? "invalid" : ""}">
        <input
          type="number"
          aria-label="${this.label}, number"
          aria-invalid=${this.invalid}
          step="any"
          .value=${this.shown()}
          ?disabled=${this.disabled}
          @change=${this.changed}
          @keydown=${this.stepped}
        />${this.unit ? html`<span class="unit">${this.unit}</span>` : null}
      </span>
    `;
  }

  private shown(): string {
    if (this.value === null || Number.isNaN(this.value)) return "";
    return String(this.percent ? percent(this.value) : Number(this.value.toPrecision(12)));
  }

  private filledPart(low: number, high: number): number {
    const share = ((this.value ?? low) - low) / (high - low);
    return 100 * Math.min(1, Math.max(0, share));
  }

  private changed(event: Event): void {
    const { value, valueAsNumber } = event.target as HTMLInputElement;
    this.send(value === "" ? null : valueAsNumber / (this.percent ? 100 : 1));
  }

  /** Arrow keys move by the step of the setting; the input's own step would refuse other values. */
  private stepped(event: KeyboardEvent): void {
    const direction = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (!direction || this.value === null) return;
    event.preventDefault();
    this.send(this.value + direction * this.step);
  }

  private send(value: number | null): void {
    this.value = value === null ? null : Number(value.toPrecision(12));
    this.dispatchEvent(new CustomEvent("change", { detail: this.value }));
  }
}
