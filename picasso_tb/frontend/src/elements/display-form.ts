import { html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { DISPLAY, type Display } from "../logic/choice";
import { RAMPS } from "../logic/colour";
import type { Layer } from "../logic/paint";
import type { Option } from "./controls";
import { base, field, section } from "../styles";
import { act } from "./act";
import { dropdown, segments } from "./controls";
import { reset } from "./icons";
import "./number-field";

const LAYERS: readonly Option<Layer>[] = [
  { value: "over", label: "Over" },
  { value: "map", label: "Map" },
  { value: "picture", label: "Picture" },
];

/** How maps are drawn: nothing here is computed again. */
@customElement("picasso-display-form")
export class DisplayFormElement extends LitElement {
  @property({ attribute: false }) display: Display = DISPLAY;
  @property() sign: "signed" | "magnitude" = "signed";

  static override styles = [base, section, field];

  override render(): TemplateResult {
    const { display, sign } = this;
    const colours = sign === "signed" ? "signedColours" : "magnitudeColours";
    return html`
      <div class="head">
        <h2 class="grow">Display</h2>
        <button
          class="icon"
          aria-label="Reset the display"
          title="Defaults, and a scale that begins anew"
          @click=${() => act(this, { type: "reset-display" })}
        >
          ${reset}
        </button>
      </div>
      <div class="field">
        <span class="label">Layer</span>
        ${segments({
          label: "Layer",
          options: LAYERS,
          value: display.layer,
          choose: (layer) => this.change({ layer }),
        })}
      </div>
      <div class="field">
        <span class="label">Colour map</span>
        ${dropdown({
          label: "Colour map",
          options: RAMPS[sign].map(({ name, title }) => ({ value: name, label: title })),
          value: display[colours],
          choose: (name) => this.change({ [colours]: name }),
        })}
      </div>
      ${this.share("Opacity", "opacity", 0, "Of the map over the picture.")}
      ${this.share("Threshold", "threshold", 0, "Share of the scale below which a value is drawn as no effect.")}
      ${this.share("Clip", "clip", 0.01, "Share of the scale at which the colours end.")}
      ${this.toggle("Smoothing", "smoothing", "Between the values of a map, which otherwise shows its own grid.")}
      ${this.toggle("Masks", "masks", "Outlines of the regions that belong to a picture.")}
    `;
  }

  private toggle(label: string, name: "smoothing" | "masks", help: string): TemplateResult {
    return html`<div class="field ${this.display[name] === DISPLAY[name] ? "" : "changed"}">
      <label class="label" for=${name} title=${help}>${label}</label>
      <input
        id=${name}
        type="checkbox"
        class="switch"
        role="switch"
        title=${help}
        .checked=${this.display[name]}
        @change=${(event: Event) => this.change({ [name]: (event.target as HTMLInputElement).checked })}
      />
    </div>`;
  }

  private share(label: string, name: "opacity" | "threshold" | "clip", low: number, help: string): TemplateResult {
    return html`<div class="field ${this.display[name] === DISPLAY[name] ? "" : "changed"}">
      <span class="label" title=${help}>${label}</span>
      <picasso-number-field
        class="wide"
        percent
        unit="%"
        .label=${label}
        .value=${this.display[name]}
        .low=${low}
        .high=${1}
        .step=${0.01}
        @change=${(event: CustomEvent<number | null>) => this.changeShare(name, low, event.detail)}
      ></picasso-number-field>
    </div>`;
  }

  private changeShare(name: keyof Display, low: number, value: number | null): void {
    if (value === null || Number.isNaN(value)) this.requestUpdate();
    else this.change({ [name]: Math.min(1, Math.max(low, value)) });
  }

  private change(display: Partial<Display>): void {
    act(this, { type: "display", display });
  }
}
