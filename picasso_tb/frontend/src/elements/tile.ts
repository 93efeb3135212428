import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { classMap } from "lit/directives/class-map.js";
import { pictureUrl } from "../api";
import type { MapEntry, MapInfo, ModelInfo } from "../api-types";
import type { Loader } from "../loader";
import type { Arrangement, Display } from "../logic/choice";
import { probability, signed } from "../logic/format";
import { peakValue, type Scale } from "../logic/scale";
import { className, type Shown } from "../logic/select";
import { base } from "../styles";
import { act } from "./act";
import { close } from "./icons";
import { tileStyle } from "./tile-style";
import { probeWords } from "./words";
import "./map-canvas";
import "./prediction-bars";

/** Codes of what is not a fault: nothing can be computed here, or nobody waited. */
const QUIET = new Set(["cannot_compute", "cancelled"]);

declare global {
  interface HTMLElementTagNameMap {
    "picasso-tile": TileElement;
  }
}

/** A probe: its picture beside its maps, and what the network says of it. An option of the gallery's listbox. */
@customElement("picasso-tile")
export class TileElement extends LitElement {
  @property({ attribute: false }) shown!: Shown;
  @property({ attribute: false }) model: ModelInfo | null = null;
  @property({ attribute: false }) loader!: Loader;
  @property({ attribute: false }) scale: Scale | null = null;
  @property({ attribute: false }) display!: Display;
  @property() run = "";
  @property() arrangement: Arrangement = "pair";
  /** What to say where a map is still missing. */
  @property() missing = "";
  @property({ type: Boolean }) stale = false;
  /** Names the class under the map, where it need not be the predicted one. */
  @property({ type: Boolean }) named = false;
  @state() private unreadable = new Map<string, string>();

  static override styles = [base, tileStyle];

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.role = "option";
    this.ariaLabel = probeWords(this.shown, this.model);
    this.ariaBusy = this.stale ? "true" : null;
    if (changed.has("shown")) this.style.setProperty("--ratio", `${this.shown.probe.width} / ${this.shown.probe.height}`);
  }

  override render(): TemplateResult {
    const { shown, arrangement } = this;
    const { prediction, wrong, probe } = shown;
    const maps = arrangement === "picture" ? [] : shown.maps;
    const one = maps.length < 2;
    return html`
      <div class="pair ${arrangement}" style="--maps:${Math.max(1, maps.length)}">
        ${arrangement === "map" ? null : this.picture()}
        ${maps.map((entry) => this.map(entry))}
        ${arrangement !== "picture" && !maps.length ? html`<p class="blank">${this.missing}</p>` : null}
        ${one ? this.bar(prediction?.probability, wrong === true) : null}
        ${arrangement === "map" ? null : html`<div class="caption">${this.says(one)}</div>`}
        ${maps.map((entry) => html`<div class="caption side">${this.measured(entry, one)}</div>`)}
        ${arrangement === "map" ? html`<div class="caption">${this.says(one)}</div>` : null}
      </div>
      ${probe.uploaded ? this.forget() : null}
    `;
  }

  private picture(): TemplateResult {
    const { probe } = this.shown;
    return html`<img
      class=${classMap({ frame: true, small: probe.width <= 128 })}
      loading="lazy"
      decoding="async"
      alt="Picture ${probe.name}"
      src=${pictureUrl(this.run, probe)}
      draggable="false"
    />`;
  }

  private map(entry: MapEntry): TemplateResult {
    const { info, error } = entry;
    const unreadable = this.unreadable.get(entry.key);
    if (error && QUIET.has(error.code)) return html`<p class="blank">${error.message}</p>`;
    if (error) return html`<p class="blank error" role="alert">${error.message}</p>`;
    if (unreadable) return html`<p class="blank error" role="alert">${unreadable}</p>`;
    if (!info) return html`<p class="blank">${this.missing}</p>`;
    if (info.height === null || !this.scale) {
      return html`<picasso-prediction-bars
        .predictions=${info.predictions}
        .model=${this.model}
        .label=${this.shown.probe.label}
      ></picasso-prediction-bars>`;
    }
    return html`<picasso-map-canvas
      class="frame"
      .loader=${this.loader}
      .info=${info}
      .scale=${this.scale}
      .display=${this.display}
      .picture=${pictureUrl(this.run, this.shown.probe)}
      .words=${this.mapWords(info)}
      @failed=${(event: CustomEvent<string>) => {
        this.unreadable = new Map(this.unreadable).set(entry.key, event.detail);
      }}
    ></picasso-map-canvas>`;
  }

  private mapWords(info: MapInfo): string {
    const peak = peakValue(info);
    const of = `Map of ${className(this.model, info.target)} ${probability(info.probability)}`;
    return peak === null ? `${of}, nothing measured` : `${of}, peak ${signed(peak, info.sign === "signed")}`;
  }

  private bar(share: number | undefined, wrong: boolean): TemplateResult {
    const width = share === undefined ? 0 : 100 * share;
    return html`<div class="bar ${wrong ? "wrong" : ""}"><i style="width:${width}%"></i></div>`;
  }

  /** What the network says, what is true, and unless it stands beside the map, the name. */
  private says(nameIsBeside: boolean): TemplateResult {
    const { prediction, wrong, probe } = this.shown;
    const truth = probe.label === null ? null : className(this.model, probe.label);
    const named = nameIsBeside && this.arrangement === "pair" ? null : html`<div class="quiet">${this.name()}</div>`;
    return html`
      <div class="class">${prediction ? `${className(this.model, prediction.classIndex)} ${probability(prediction.probability)}` : nothing}</div>
      ${truth === null
        ? null
        : wrong
          ? html`<div class="bad" title="wrong, true label: ${truth}">✕ wrong, true ${truth}</div>`
          : html`<div class="quiet">true ${truth}</div>`}
      ${named}
    `;
  }

  private measured(entry: MapEntry, alone: boolean): TemplateResult {
    const { info } = entry;
    const peak = info ? peakValue(info) : null;
    return html`
      ${info && (this.named || !alone) ? html`<div>${className(this.model, info.target)} ${probability(info.probability)}</div>` : null}
      ${info && peak !== null
        ? html`<div>peak ${signed(peak, info.sign === "signed")}${this.shown.noEffect ? ", no effect" : ""}</div>`
        : null}
      ${alone && this.arrangement === "pair" ? html`<div>${this.name()}</div>` : null}
    `;
  }

  private name(): TemplateResult {
    const { probe } = this.shown;
    return html`<span class="name" title=${probe.name}>${probe.name}</span>${probe.uploaded
        ? html` <span class="mark">added</span>`
        : null}`;
  }

  private forget(): TemplateResult {
    const { probe } = this.shown;
    return html`<button
      class="icon forget"
      aria-label="Remove ${probe.name}"
      title="Remove this picture"
      @click=${(event: Event) => {
        event.stopPropagation();
        act(this, { type: "forget", probe: probe.id });
      }}
    >
      ${close}
    </button>`;
  }
}
