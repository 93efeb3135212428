import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { MapInfo, ProbeInfo } from "../api-types";
import type { Loader } from "../loader";
import { pictureUrl } from "../logic/addresses";
import { checkpointColumns, type Column } from "../logic/columns";
import { coveredPrediction, patchAt, scaledPatch } from "../logic/inspect";
import type { Arrays, CoveredPrediction, Patches, Position } from "../logic/inspect";
import type { View } from "../logic/paint";
import type { Scale } from "../logic/scale";
import { givesNumber } from "../logic/select";
import { START, type State } from "../logic/state";
import { base, field } from "../styles";
import { segments } from "./controls";
import { classBars, classesStyle, coveredWords, regionBars, spokenWords } from "./inspect-classes";
import type { Measured } from "./inspect-measured";
import "./inspect-picture";
import "./inspect-received";
import { usedList, usedStyle } from "./inspect-used";
import "./take-away";

/** Milliseconds at one place until it is read out. */
const REST = 700;

/** Beside the large map: the covered picture and what the network says of it, and what the map was made with. */
@customElement("picasso-inspect-side")
export class InspectSideElement extends LitElement {
  @property({ attribute: false }) state: State = START;
  @property({ attribute: false }) loader!: Loader;
  @property({ attribute: false }) column!: Column;
  @property({ attribute: false }) probe!: ProbeInfo;
  @property({ attribute: false }) info!: MapInfo;
  @property({ attribute: false }) scale: Scale | null = null;
  @property({ attribute: false }) measured: Measured | null = null;
  @property({ attribute: false }) patches: Patches | null = null;
  /** Of the patch, where the method has patches. */
  @property({ attribute: false }) position: Position | null = null;
  @property({ attribute: false }) view!: View;
  @state() private whole = false;
  /** What is read out: a screen reader cannot follow each move of the pointer. */
  @state() private spoken = "";
  private resting: ReturnType<typeof setTimeout> | undefined;

  static override styles = [
    base,
    field,
    classesStyle,
    usedStyle,
    css`
      :host { display: block; }
      h2 { font: inherit; font-weight: 500; margin-bottom: 8px; }
      section { padding-bottom: 16px; margin-bottom: 16px; border-bottom: 1px solid var(--line); }
      section:last-child { border: 0; }
      .covered { display: grid; grid-template-columns: minmax(96px, 152px) minmax(0, 1fr); gap: 16px; }
      picasso-inspect-picture { width: 100%; aspect-ratio: var(--ratio); }
      .segments { max-width: 320px; margin-bottom: 8px; }
    `,
  ];

  override render(): TemplateResult {
    const { info, column, probe, patches, position, state, arrays, found } = this;
    const { model } = column;
    const patch = patches && position ? patchAt(patches, position) : null;
    return html`<section style="--ratio:${probe.width} / ${probe.height}">
        <h2>${patch ? "Covered here" : "Picture"}</h2>
        <div class="covered">
          <picasso-inspect-picture
            .loader=${this.loader}
            .picture=${pictureUrl(column.run, probe)}
            .view=${this.view}
            .patch=${patch && patches ? scaledPatch(patch, patches, 1, 1) : null}
            .fill=${typeof info.settings.fill === "string" ? info.settings.fill : "grey"}
            .words=${patch ? `${probe.name} with the part covered` : probe.name}
          ></picasso-inspect-picture>
          <div>${patch && arrays ? coveredWords(found, model) : null}</div>
        </div>
        <p class="unseen" role="status">${this.spoken}</p>
      </section>
      ${givesNumber(model) ? null : this.classes(found)}
      ${this.regions()} ${this.received()}
      <section>${this.takeAway()}</section>
      <section>
        <h2>Settings used</h2>
        ${usedList({
          info,
          column,
          probe,
          scale: this.scale,
          choice: state.choice,
          patches,
          window: patch,
        })}
      </section>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has("position") && !changed.has("measured")) return;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => (this.spoken = spokenWords(this.found, this.column.model)), REST);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.resting);
  }

  private get arrays(): Arrays | null {
    return this.measured?.key === this.info.key ? this.measured.arrays : null;
  }

  private get found(): CoveredPrediction | null {
    const { arrays, position, info, column } = this;
    return arrays && position ? coveredPrediction(arrays, column.model?.classes ?? 0, info.target, position) : null;
  }

  private classes(found: CoveredPrediction | null): TemplateResult {
    const { info, column, probe } = this;
    return html`<section>
      <h2>Classes ${found ? html`<span class="quiet">bar: covered, line: uncovered</span>` : null}</h2>
      ${classBars(info, found, column.model, probe.label)}
    </section>`;
  }

  private regions(): TemplateResult | null {
    const { measured, info } = this;
    if (measured?.key !== info.key || !measured.regions.size) return null;
    return html`<section>
      <h2>Regions <span class="quiet">bar: share of the map's effect, line: of its area</span></h2>
      ${regionBars(measured.regions)}
    </section>`;
  }

  /** A preview does not tell yet. */
  private received(): TemplateResult | null {
    if (!this.info.received) return null;
    return html`<section>
      <h2>What the model receives</h2>
      <picasso-inspect-received .loader=${this.loader} .info=${this.info}></picasso-inspect-received>
    </section>`;
  }

  private takeAway(): TemplateResult {
    const { state, column, probe } = this;
    const all = checkpointColumns(state);
    const choices = [
      { value: false, label: "This map" },
      { value: true, label: "All checkpoints" },
    ];
    return html`<h2>Take away</h2>
      ${
        all.length > 1
          ? segments({
              label: "What to take away",
              options: choices,
              value: this.whole,
              choose: (whole) => (this.whole = whole),
            })
          : null
      }
      <picasso-take-away
        .state=${state}
        .loader=${this.loader}
        .columns=${this.whole ? all : [column]}
        .probes=${[probe]}
        ?arrays=${!this.whole}
      ></picasso-take-away>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "picasso-inspect-side": InspectSideElement;
  }
}
