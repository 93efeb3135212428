import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { table, TABLE, type Table } from "../logic/colour";
import { end, signed } from "../logic/format";
import type { ScaleMode } from "../logic/choice";
import { GROUND } from "../logic/paint";
import { place, type Scale } from "../logic/scale";
import { base } from "../styles";
import { act } from "./act";
import { locked as lockedIcon, unlocked as unlockedIcon } from "./icons";

const STOPS = 64;

const MODES: readonly { value: ScaleMode; label: string; title: string }[] = [
  { value: "view", label: "One scale", title: "One scale for all maps in view." },
  { value: "probe", label: "Per probe", title: "A scale for each probe: colours do not compare between probes." },
  { value: "manual", label: "Manual", title: "One scale whose end you type." },
];

/** The scale of the maps in view: its colours, ends and quantity, the value under the pointer, and whose it is. */
@customElement("picasso-legend")
export class LegendElement extends LitElement {
  @property({ attribute: false }) scale: Scale | null = null;
  @property() colours = "";
  /** The value under the pointer, NaN where nothing was measured. */
  @property({ attribute: false }) pointed: number | null = null;
  @property({ type: Boolean }) locked = true;
  @property() mode: ScaleMode = "view";
  /** Whether maps in view measure different things, each on a scale of its own. */
  @property({ type: Boolean }) several = false;

  static override styles = [
    base,
    css`
      :host { display: flex; align-items: center; gap: 8px; font-size: 12px; min-width: 0; }
      .quantity { color: var(--text-2); text-align: right; line-height: 15px; max-width: 280px; text-wrap: balance; }
      .quantity b { font-weight: 500; color: var(--text); }
      .ramp { position: relative; width: 216px; height: 34px; flex: none; }
      .colours { height: 12px; margin-top: 4px; }
      .ends { position: absolute; inset: 18px 0 auto; font-size: 11px; line-height: 14px; color: var(--text-2); }
      .ends span { position: absolute; left: 50%; transform: translateX(-50%); white-space: nowrap; }
      .ends .low { left: 0; transform: none; }
      .ends .high { left: 100%; transform: translateX(-100%); }
      .tick {
        position: absolute; top: 1px; width: 2px; height: 18px; margin-left: -1px; background: var(--text);
        box-shadow: 0 0 0 1px var(--surface);
      }
      select, input {
        height: 24px; border: 1px solid var(--line); border-radius: 3px; background: var(--surface); padding: 0 2px;
      }
      input { width: 64px; padding: 0 6px; }
      .value {
        position: absolute; top: 18px; transform: translateX(-50%); padding: 0 4px; white-space: nowrap;
        background: var(--surface); font-size: 11px; line-height: 14px;
      }
      @media (max-width: 960px) {
        :host { width: 100%; justify-content: space-between; }
        .quantity { text-align: left; max-width: none; flex: 1; }
      }
    `,
  ];

  override render(): TemplateResult | null {
    const { scale } = this;
    if (!scale) return null;
    return html`
      <span class="quantity">
        ${scale.quantity.charAt(0).toUpperCase()}${scale.quantity.slice(1)}${this.caution()}
      </span>
      <div class="ramp" role="img" aria-label=${this.words(scale)}>
        <div class="colours" style="background:${this.gradient(scale)}"></div>
        <div class="ends">${this.ends(scale)}</div>
        ${this.tick(scale)}
      </div>
      ${this.chooser(scale)} ${this.mode === "view" ? this.lock() : null}
    `;
  }

  /** Where colours do not compare throughout the view, it is said. */
  private caution(): TemplateResult | null {
    if (this.several) return html`<b>; each method has its own scale</b>`;
    if (this.mode === "probe") return html`<b>, per probe; shown here: the widest</b>`;
    if (this.mode === "view" && !this.locked) return html`<b>, fitted to this view</b>`;
    return null;
  }

  private chooser(scale: Scale): TemplateResult {
    return html`<select
        aria-label="Scale"
        title=${MODES.find((one) => one.value === this.mode)?.title ?? ""}
        @change=${(event: Event) => this.choose(MODES[(event.target as HTMLSelectElement).selectedIndex], scale)}
      >
        ${MODES.map((one) => html`<option title=${one.title} .selected=${one.value === this.mode}>${one.label}</option>`)}
      </select>
      ${this.mode === "manual" ? this.typed(scale) : null}`;
  }

  /** A manual scale begins where the present one ends. */
  private choose(mode: (typeof MODES)[number] | undefined, scale: Scale): void {
    if (!mode) return;
    const end = mode.value === "manual" ? scale.end : null;
    act(this, { type: "choose", choice: { scale: mode.value, end } });
  }

  private typed(scale: Scale): TemplateResult {
    return html`<input
      type="number"
      min="0"
      step="any"
      aria-label="End of the scale"
      .value=${String(scale.end)}
      @change=${(event: Event) => {
        const end = (event.target as HTMLInputElement).valueAsNumber;
        if (end > 0 && Number.isFinite(end)) act(this, { type: "choose", choice: { end } });
        else this.requestUpdate();
      }}
    />`;
  }

  private lock(): TemplateResult {
    return html`<button
      class="icon"
      aria-label="Lock the scale"
      aria-pressed=${this.locked}
      title=${
        this.locked
          ? "Locked: one scale for all steps, runs and settings. Click to fit it to the maps in view."
          : "Fitted to the maps in view: colours do not compare with other steps, runs or settings. Click to lock."
      }
      @click=${() => act(this, { type: "lock", locked: !this.locked })}
    >
      ${this.locked ? lockedIcon : unlockedIcon}
    </button>`;
  }

  private words(scale: Scale): string {
    const low = scale.signed ? signed(-scale.clipped) : "0";
    return `Scale of ${scale.quantity}: ${low} to ${signed(scale.clipped, scale.signed)}`;
  }

  private ends(scale: Scale): TemplateResult {
    const clip = scale.clipped < scale.end;
    const high = `${clip ? "≥ " : ""}${end(scale.clipped, scale.signed)}`;
    const low = scale.signed ? `${clip ? "≤ " : ""}${end(-scale.clipped, true)}` : "0";
    const middle = scale.signed ? html`<span>0</span>` : null;
    return html`<span class="low">${low}</span>${middle}<span class="high">${high}</span>`;
  }

  private tick(scale: Scale): TemplateResult | null {
    const value = this.pointed;
    if (value === null) return null;
    if (Number.isNaN(value)) return html`<span class="value" style="left:50%">not measured</span>`;
    const left = 100 * place(scale, value);
    return html`<span class="tick" style="left:${left}%"></span>
      <span class="value" style="left:${Math.min(92, Math.max(8, left))}%">${signed(value, scale.signed)}</span>`;
  }

  /** Hard stops, as in the maps; sizes below the threshold have the ground's grey. */
  private gradient(scale: Scale): string {
    const colours = table(scale.signed ? "signed" : "magnitude", this.colours);
    const stops = Array.from({ length: STOPS }, (_, index) => {
      const share = (index + 0.5) / STOPS;
      const size = scale.signed ? Math.abs(2 * share - 1) : share;
      const colour =
        size * scale.clipped < scale.threshold ? `rgb(${GROUND},${GROUND},${GROUND})` : rgbAt(colours, share);
      return `${colour} ${(100 * index) / STOPS}% ${(100 * (index + 1)) / STOPS}%`;
    });
    return `linear-gradient(to right, ${stops.join(",")})`;
  }
}

function rgbAt(colours: Table, share: number): string {
  const at = 4 * Math.round(share * (TABLE - 1));
  return `rgb(${colours[at] ?? 0},${colours[at + 1] ?? 0},${colours[at + 2] ?? 0})`;
}
