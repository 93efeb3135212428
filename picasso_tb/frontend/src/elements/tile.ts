import { html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { classMap } from "lit/directives/class-map.js";
import type { MapEntry, ModelInfo } from "../api-types";
import type { Loader } from "../loader";
import { pictureUrl } from "../logic/addresses";
import type { Arrangement, Display } from "../logic/choice";
import type { Scale } from "../logic/scale";
import { QUIET } from "../logic/cost";
import { givesNumber } from "../logic/select";
import type { Shown } from "../logic/shown";
import { base } from "../styles";
import { mapWords, measured, probeName, tileWords, verdict } from "./captions";
import { masksOf } from "./strip-cell";
import { tileStyle } from "./tile-style";
import { noMap } from "./no-map";
import "./map-canvas";

declare global {
  interface HTMLElementTagNameMap {
    "picasso-tile": TileElement;
  }
}

/**
 * A probe: its picture beside its maps, and what the network says of it. An option of the gallery's listbox, named by
 * its contents; far from what is in view it draws nothing and is named in words.
 */
@customElement("picasso-tile")
export class TileElement extends LitElement {
  @property({ attribute: false }) shown!: Shown;
  @property({ attribute: false }) model: ModelInfo | null = null;
  @property({ attribute: false }) loader!: Loader;
  @property({ attribute: false }) scale: Scale | null = null;
  @property({ attribute: false }) display!: Display;
  @property() run = "";
  /** Pixels that its picture is wide at most. */
  @property({ type: Number }) most = Infinity;
  @property() arrangement: Arrangement = "pair";
  /** What to say where a map is still missing. */
  @property() missing = "";
  /** Why nothing can be computed here: said above the gallery, so not again in each tile. */
  @property() obstacle = "";
  /** Ends of the scale, where it is the tile's own. */
  @property() ends = "";
  @property({ type: Boolean }) stale = false;
  /** Names the class under the map, where it need not be the predicted one. */
  @property({ type: Boolean }) named = false;
  /** Whether it is so near to what is in view that it is drawn. */
  @property({ type: Boolean }) near = false;
  /** How many maps it will have, for the room it takes until then. */
  @property({ type: Number }) columns = 1;

  static override styles = [base, tileStyle];

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.role = "option";
    this.ariaBusy = this.stale ? "true" : null;
    const { width, height } = this.shown.probe;
    this.ariaLabel = this.near ? null : tileWords(this.shown, this.model);
    if (changed.has("shown")) this.style.setProperty("--ratio", `${width} / ${height}`);
  }

  override render(): TemplateResult {
    const { shown, arrangement, model } = this;
    if (!this.near) return this.far();
    const known: (MapEntry | null)[] = shown.maps.length ? [...shown.maps] : [null];
    const maps = arrangement === "picture" ? [] : known;
    const alone = maps.length < 2;
    const bareMap = arrangement === "map";
    const name = probeName(shown.probe, !bareMap);
    const nameBeside = alone && arrangement === "pair";
    const caption = html`<div class="caption">${verdict(shown, model)}${nameBeside ? null : name}</div>`;
    return html`
      <div class="pair ${arrangement}" style="--maps:${maps.length}">
        ${bareMap ? null : this.picture()} ${maps.map((entry) => this.map(entry))} ${alone && !givesNumber(model) ? this.bar() : null}
        ${bareMap ? null : caption}
        ${maps.map(
          (entry) => html`<div class="caption side">
            ${entry?.info ? measured(entry.info, shown, model, this.named || !alone) : null}
            ${this.ends ? html`<div class="quiet">${this.ends}</div>` : null}${nameBeside ? name : null}
          </div>`,
        )}
        ${bareMap ? caption : null}
      </div>
      <span class="tick" data-tick aria-hidden="true"></span>
    `;
  }

  /** The room that it takes. */
  private far(): TemplateResult {
    const { arrangement, columns } = this;
    return html`<div class="pair ${arrangement}" style="--maps:${columns}">
      <span class="frame"></span>
      <div class="caption room"></div>
    </div>`;
  }

  private picture(): TemplateResult {
    const { probe } = this.shown;
    return html`<img
      class=${classMap({ frame: true, small: probe.width <= 128 })}
      loading="lazy"
      decoding="async"
      alt=${probe.uploaded ? `${probe.name}, added, Delete removes it` : probe.name}
      src=${pictureUrl(this.run, probe, this.most * devicePixelRatio)}
      draggable="false"
    />`;
  }

  private map(entry: MapEntry | null): TemplateResult {
    if (!entry) return html`<p class="blank">${this.missing}</p>`;
    const { info, error } = entry;
    if (error && error.message === this.obstacle) return html`<p class="blank">not computed</p>`;
    if (error && QUIET.has(error.code)) return html`<p class="blank">${error.message}</p>`;
    if (error) return html`<p class="blank error" role="alert">${error.message}</p>`;
    if (!info) return html`<p class="blank">${this.missing}</p>`;
    if (info.height === null || !this.scale) {
      const { label } = this.shown.probe;
      return noMap({ info, model: this.model, label, loader: this.loader, small: true });
    }
    return html`<picasso-map-canvas
      class="frame"
      .loader=${this.loader}
      .info=${info}
      .scale=${this.scale}
      .display=${this.display}
      .picture=${pictureUrl(this.run, this.shown.probe, this.most * devicePixelRatio)}
      .masks=${masksOf(this.run, this.shown.probe, this.display)}
      .words=${mapWords(info, this.shown, this.model)}
    ></picasso-map-canvas>`;
  }

  private bar(): TemplateResult {
    const { prediction, wrong } = this.shown;
    const width = prediction ? 100 * prediction.probability : 0;
    return html`<div class="bar ${wrong ? "wrong" : ""}"><i style="width:${width}%"></i></div>`;
  }
}
