import { html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { MapEntry, MapInfo, ProbeInfo } from "../api-types";
import type { Loader } from "../loader";
import { maskUrl, pictureUrl } from "../logic/addresses";
import { checkpointColumns, currentColumn, type Column } from "../logic/columns";
import { movedPosition, nearestPosition, patchAt, patchesOf, placeOf, scaledPatch } from "../logic/inspect";
import type { Patches, Position } from "../logic/inspect";
import { peakOf, type Spot } from "../logic/npy";
import { WHOLE, type View } from "../logic/paint";
import { scaleFor } from "../logic/scales";
import type { Scale } from "../logic/scale";
import { entryOf, inspectedProbe } from "../logic/shown";
import { START, type State } from "../logic/state";
import { base } from "../styles";
import { mapWords } from "./captions";
import { emptiness } from "./emptiness";
import "./exhibits";
import { Gaze } from "./gaze";
import { inspectBar, inspectStyle, spotWords } from "./inspect-bar";
import { measure, type Measured } from "./inspect-measured";
import { stageKey, type StageKey } from "./inspect-keys";
import type { InspectStageElement } from "./inspect-stage";
import "./inspect-side";
import "./inspect-stage";
import "./inspect-strip";
import type { Pointed } from "./map-canvas";
import { missingWords } from "./strip-cell";
import { viewTop } from "./view-top";
import { noMap } from "./no-map";

interface Inspected {
  column: Column;
  probe: ProbeInfo;
  entry: MapEntry | null;
  info: MapInfo | null;
  /** Whether another is asked for. */
  isFormer: boolean;
}

/** One map large, and all that is known of it. */
@customElement("picasso-inspect-view")
export class InspectViewElement extends LitElement {
  @property({ attribute: false }) state: State = START;
  @property({ attribute: false }) scale: Scale | null = null;
  @property({ attribute: false }) loader!: Loader;
  @property({ type: Boolean }) dark = false;
  @state() private measured: Measured | null = null;
  @state() private problem = "";
  @query("picasso-inspect-stage") private stage!: InspectStageElement | null;
  private readonly gaze = new Gaze(this);
  /** What was shown last. */
  private former: Inspected | null = null;
  /** Key of the map that is measured or being measured. */
  private wanted = "";
  private measuring = new AbortController();
  private readonly pressed = (event: KeyboardEvent): void => this.key(event);

  static override styles = [base, inspectStyle];

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("keydown", this.pressed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("keydown", this.pressed);
    this.measuring.abort();
    this.wanted = "";
  }

  /** What is shown: while it is looked up whether a checkpoint's map is known, the former one's, faded. */
  private get current(): Inspected | null {
    const { asked, former, state } = this;
    const isLookedUp = asked && !asked.entry && !state.jobs.has(asked.column.id) && state.server === "up";
    const { column, probe } = former ?? {};
    const isSame = probe === asked?.probe && column?.visualization === asked?.column.visualization;
    return isLookedUp && isSame && !state.stopped && former ? { ...former, isFormer: true } : asked;
  }

  private get asked(): Inspected | null {
    const column = currentColumn(this.state);
    const probe = inspectedProbe(this.state);
    if (!column || !probe) return null;
    const entry = entryOf(this.state, column, probe, this.state.choice.rank);
    return { column, probe, entry, info: entry?.info ?? null, isFormer: false };
  }

  override render(): TemplateResult {
    const { state, asked, current } = this;
    const top = html`<div class="top">${viewTop(state)}</div>`;
    if (emptiness(state) || !asked || !current) return top;
    const { column, probe, entry, info } = current;
    const entries = state.maps.get(asked.column.id)?.get(probe.id) ?? [];
    const scale = scaleFor(state, column, probe);
    return html`${inspectBar(this, { ...asked, state, entries, dark: this.dark })} ${top}
      <div class="body ${current.isFormer ? "former" : ""}" style="--ratio:${probe.width / probe.height}">
        <div class="left">
          <div class=${info?.height === null ? "map plain" : "map"}>${this.map(column, probe, entry, scale)}</div>
          <picasso-inspect-strip
            .state=${state}
            .columns=${checkpointColumns(state)}
            .probe=${probe}
            .loader=${this.loader}
            .scale=${scale}
            .display=${state.choice.display}
            .rank=${entry?.rank ?? 0}
          ></picasso-inspect-strip>
          ${info && info.height !== null ? this.exhibits(info, column) : null}
        </div>
        ${
          info
            ? html`<picasso-inspect-side
              class="side"
              .state=${state}
              .loader=${this.loader}
              .column=${column}
              .probe=${probe}
              .info=${info}
              .scale=${scale}
              .measured=${this.measured}
              .patches=${this.patches(info)}
              .position=${this.position(info)}
              .view=${this.gaze.view}
            ></picasso-inspect-side>`
            : null
        }
      </div>`;
  }

  private map(column: Column, probe: ProbeInfo, entry: MapEntry | null, scale: Scale | null): TemplateResult {
    const info = entry?.info;
    const error = entry?.error?.message ?? this.problem;
    if (error) return html`<p class="blank bad" role="alert">${error}</p>`;
    if (!info) return html`<p class="blank">${missingWords(this.state, column, probe.id)}</p>`;
    if (info.height === null || info.width === null || !scale) {
      return noMap({ info, model: column.model, label: probe.label, loader: this.loader });
    }
    const { height, width } = info;
    const patches = this.patches(info);
    const position = this.position(info);
    const patch = patches && position ? patchAt(patches, position) : null;
    const noEffect = Math.max(Math.abs(info.lowest ?? 0), Math.abs(info.highest ?? 0)) < scale.threshold;
    return html`<picasso-inspect-stage
      .loader=${this.loader}
      .info=${info}
      .scale=${scale}
      .display=${this.state.choice.display}
      .picture=${pictureUrl(column.run, probe)}
      .masks=${this.state.choice.display.masks ? probe.masks.map((mask) => maskUrl(column.run, probe, mask)) : []}
      .box=${patch && patches ? scaledPatch(patch, patches, height, width) : null}
      .view=${this.gaze.view}
      .words=${mapWords(info, { noEffect }, column.model)}
      .tip=${spotWords(info, column.model, this.spot, patch, position)}
      @spot=${({ detail }: CustomEvent<NonNullable<Pointed>>) => this.gaze.look(placeOf(detail, height, width))}
      @view=${({ detail }: CustomEvent<View>) => this.gaze.show(detail)}
    ></picasso-inspect-stage>`;
  }

  /** What the method shows beside its map. */
  private exhibits(info: MapInfo, { model }: Column): TemplateResult | null {
    if (!info.exhibits && !info.page) return null;
    return html`<picasso-exhibits
      .loader=${this.loader}
      .info=${info}
      .model=${model}
      .dark=${this.dark}
    ></picasso-exhibits>`;
  }

  private patches(info: MapInfo): Patches | null {
    return info.height === null || info.width === null || !info.arrays.includes("position_logits")
      ? null
      : patchesOf(info.settings, info.height, info.width);
  }

  private position(info: MapInfo): Position | null {
    const patches = this.patches(info);
    const { place } = this.gaze;
    return patches && place && nearestPosition(patches, place.down, place.right);
  }

  /** The map's pixel at the place looked at. */
  private get spot(): Spot | null {
    const { measured, current } = this;
    const { place } = this.gaze;
    if (!measured || measured.key !== current?.info?.key || !place) return null;
    const { grid } = measured;
    const row = Math.min(grid.height - 1, Math.floor(place.down * grid.height));
    const column = Math.min(grid.width - 1, Math.floor(place.right * grid.width));
    return { row, column, value: grid.values[row * grid.width + column] ?? NaN };
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { current } = this;
    if (!changed.has("state") || !current) return;
    if (current.info) this.former = current;
    this.gaze.follow(current.probe.id, this.state.choice);
    if (current.info && current.info.height !== null)
      void this.measure(current.info, current.column.run, current.probe);
  }

  private async measure(info: MapInfo, run: string, probe: ProbeInfo): Promise<void> {
    if (this.wanted === info.key) return;
    this.wanted = info.key;
    this.problem = "";
    this.measuring.abort();
    const { signal } = (this.measuring = new AbortController());
    if (this.measured?.key === info.key) return;
    try {
      const found = await measure(this.loader, info, run, probe, signal);
      if (signal.aborted) return;
      this.measured = found;
      const { grid } = found;
      const peak = peakOf(grid);
      if (peak) this.gaze.begin(placeOf(peak, grid.height, grid.width));
    } catch (problem) {
      if (!signal.aborted) this.problem = problem instanceof Error ? problem.message : String(problem);
    }
  }

  private key(event: KeyboardEvent): void {
    const wish = stageKey(event);
    if (!wish || !this.stage) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (wish.kind === "zoom") this.stage.zoomBy(wish.direction);
    else if (wish.kind === "whole") this.gaze.show(WHOLE);
    else this.move(wish);
  }

  /** One patch further, or one pixel where there are none; what is shown follows. */
  private move({ down, right }: Extract<StageKey, { kind: "move" }>): void {
    const info = this.current?.info;
    if (!info || info.height === null || info.width === null) return;
    const patches = this.patches(info);
    const position = this.position(info);
    if (patches && position) {
      const patch = patchAt(patches, movedPosition(patches, position, down, right));
      const { height, width } = patches;
      this.gaze.moveTo({
        down: (patch.top + patch.bottom) / 2 / height,
        right: (patch.left + patch.right) / 2 / width,
      });
    } else if (this.spot) {
      const row = Math.min(info.height - 1, Math.max(0, this.spot.row + down));
      const column = Math.min(info.width - 1, Math.max(0, this.spot.column + right));
      this.gaze.moveTo(placeOf({ row, column }, info.height, info.width));
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "picasso-inspect-view": InspectViewElement;
  }
}
