import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { ErrorInfo } from "../api-types";
import { filled, isChanged, problem, shown, type Field, type NumberField, type Values } from "../logic/form";
import { base, field as fieldStyle, section } from "../styles";
import { act } from "./act";
import { choice } from "./controls";
import { help, reset } from "./icons";
import "./number-field";

/** The settings of the visualization, generated from its JSON Schema. The class choice and the cost are slotted in. */
@customElement("picasso-settings-form")
export class SettingsFormElement extends LitElement {
  @property({ attribute: false }) fields: readonly Field[] = [];
  @property({ attribute: false }) values: Values = {};
  @property({ attribute: false }) error: ErrorInfo | null = null;
  @property({ type: Boolean }) locked = false;
  @state() private explained = false;

  static override styles = [base, section, fieldStyle];

  override render(): TemplateResult {
    return html`
      <div class="head">
        <h2 class="grow">Settings</h2>
        ${this.fields.length ? this.actions() : null}
      </div>
      ${shown(this.fields, this.values).map((field) => this.row(field))}
      <slot></slot>
    `;
  }

  private actions(): TemplateResult {
    return html`<button
        class="icon"
        aria-label="Explain the settings"
        aria-expanded=${this.explained}
        @click=${() => (this.explained = !this.explained)}
      >
        ${help}
      </button>
      <button
        class="icon"
        aria-label="Reset the settings"
        ?disabled=${this.locked || !this.fields.some((field) => isChanged(field, this.values))}
        @click=${() => act(this, { type: "reset-settings" })}
      >
        ${reset}
      </button>`;
  }

  private row(field: Field): TemplateResult {
    const value = filled(this.fields, this.values)[field.name];
    const wrong = problem(field, value) || this.refusal(field);
    return html`<div class="field ${isChanged(field, this.values) ? "changed" : ""}">
      <span class="label" title=${field.help || nothing}>${field.label}</span>
      ${this.control(field, value, wrong !== "")}
      ${wrong ? html`<p class="message" role="alert">${wrong}</p>` : null}
      ${this.explained && field.help ? html`<p class="help">${field.help}</p>` : null}
    </div>`;
  }

  private control(field: Field, value: unknown, invalid: boolean): TemplateResult {
    const change = (changed: unknown): void => act(this, { type: "setting", name: field.name, value: changed });
    switch (field.kind) {
      case "number":
        return this.number(field, value, invalid, change);
      case "choice":
        return choice({
          label: field.label,
          options: field.choices,
          value,
          disabled: this.locked,
          choose: change,
        });
      case "toggle":
        return html`<input
          type="checkbox"
          role="switch"
          class="switch"
          aria-label=${field.label}
          .checked=${value === true}
          ?disabled=${this.locked}
          @change=${(event: Event) => change((event.target as HTMLInputElement).checked)}
        />`;
      case "text":
        return html`<input
          type="text"
          class="wide"
          aria-label=${field.label}
          .value=${typeof value === "string" ? value : ""}
          ?disabled=${this.locked}
          @change=${(event: Event) => change((event.target as HTMLInputElement).value)}
        />`;
    }
  }

  private number(
    field: NumberField,
    value: unknown,
    invalid: boolean,
    change: (value: unknown) => void,
  ): TemplateResult {
    return html`<picasso-number-field
      class="wide"
      .label=${field.label}
      .value=${typeof value === "number" ? value : null}
      .low=${field.low}
      .high=${field.high}
      .step=${field.step}
      .unit=${field.unit}
      .percent=${field.percent}
      .invalid=${invalid}
      .disabled=${this.locked}
      @change=${(event: CustomEvent<number | null>) => change(event.detail)}
    ></picasso-number-field>`;
  }

  private refusal(field: Field): string {
    const name = this.error?.field?.replace(/^settings\./, "");
    return name === field.name ? (this.error?.message ?? "") : "";
  }
}
