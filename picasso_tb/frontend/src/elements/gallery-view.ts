import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import type { Loader } from "../loader";
import { runColour } from "../logic/colour";
import { currentColumn, type Column } from "../logic/columns";
import type { Command } from "../logic/keys";
import type { Scale } from "../logic/scale";
import { ends } from "../logic/format";
import { scaleFor } from "../logic/scales";
import { checkpointOf, modelOf, probesOf, visualizationOf } from "../logic/select";
import { rowsOf, shownOf, type Shown } from "../logic/shown";
import { START, type State } from "../logic/state";

import { stretchOf } from "../logic/tiles";
import { base } from "../styles";
import { emptiness } from "./emptiness";
import type { GalleryElement, Tile } from "./gallery";
import type { SubBarElement } from "./sub-bar";
import { nothingLeft } from "./nothing-left";
import { missingWords } from "./strip-cell";
import { viewTop } from "./view-top";
import "./added-probes";
import "./gallery";
import "./selection-bar";
import "./sub-bar";

/** The view of all probes at one checkpoint of one run. */
@customElement("picasso-gallery-view")
export class GalleryViewElement extends LitElement {
  @property({ attribute: false }) state: State = START;
  @property({ attribute: false }) scale: Scale | null = null;
  @property({ attribute: false }) loader!: Loader;
  @property({ type: Boolean }) dark = false;
  @query("picasso-gallery") private gallery!: GalleryElement | null;
  @query("picasso-sub-bar") private subBar!: SubBarElement | null;
  /** Drawn while the maps of another checkpoint are asked for, so that nothing flickers. */
  private readonly earlier = new Map<string, Tile>();
  /** Ids of the pictures added so far; null before the run's probes came. */
  private added: ReadonlySet<string> | null = null;

  static override styles = [
    base,
    css`
      :host { display: flex; flex-direction: column; position: relative; }
      picasso-sub-bar { flex: none; }
      .body { flex: 1; overflow: auto; min-height: 0; padding: 4px 24px 24px; scrollbar-width: thin; }
      .body.selecting { padding-bottom: 80px; }
      @media (max-width: 960px) { .body { padding-inline: 12px; } }
    `,
  ];

  override render(): TemplateResult {
    const { state } = this;
    const column = currentColumn(state);
    const shown = column ? shownOf(state, column) : [];
    const { selected } = state.choice;
    const listed = selected.filter((id) => shown.some((one) => one.probe.id === id));
    return html`
      ${column && shown.length ? this.bar(shown) : null}
      <div class="body ${listed.length ? "selecting" : ""}" data-scrolls>
        ${viewTop(state)}
        ${emptiness(state) || !column ? null : html`${this.addedProbes()}${this.grid(column)}`}
      </div>
      <picasso-selection-bar .selected=${listed} .state=${state} .loader=${this.loader}></picasso-selection-bar>
    `;
  }

  /** Does what a key asks for; false where that is not the gallery's to do. */
  command(command: Command): boolean {
    if (command !== "search") return this.gallery?.command(command) ?? false;
    this.subBar?.search();
    return true;
  }

  /** A picture that was just added comes into view. */
  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has("state") || !currentColumn(this.state)) return;
    const added = new Set(probesOf(this.state).flatMap((probe) => (probe.uploaded ? [probe.id] : [])));
    const fresh = this.added && [...added].find((id) => !this.added?.has(id));
    this.added = added;
    if (fresh) void this.gallery?.updateComplete.then(() => this.gallery?.show(fresh));
  }

  private bar(shown: readonly Shown[]): TemplateResult {
    const { choice, knownRuns, catalogue, uploading } = this.state;
    return html`<picasso-sub-bar
      .choice=${choice}
      .colour=${runColour(knownRuns.indexOf(choice.run ?? ""), this.dark)}
      .step=${checkpointOf(this.state)?.step ?? null}
      .model=${modelOf(this.state)}
      .shown=${shown}
      .left=${rowsOf(this.state).length}
      .drawsMap=${visualizationOf(this.state)?.draws_map !== false}
      .canUpload=${catalogue?.compute.available === true}
      .uploading=${uploading}
    ></picasso-sub-bar>`;
  }

  private addedProbes(): TemplateResult {
    return html`<picasso-added-probes
      .probes=${probesOf(this.state).filter((probe) => probe.uploaded)}
      .run=${this.state.choice.run ?? ""}
      @find=${(event: CustomEvent<string>) => this.gallery?.show(event.detail)}
    ></picasso-added-probes>`;
  }

  private grid(column: Column): TemplateResult {
    const { choice, connections, catalogue } = this.state;
    const rows = rowsOf(this.state);
    if (!rows.length) return nothingLeft(this, this.state);
    const tiles = rows.map((one) => this.tile(one, column));
    const gallery = html`<picasso-gallery
      .tiles=${tiles}
      .selected=${choice.selected}
      .column=${column.id}
      .model=${column.model}
      .loader=${this.loader}
      .display=${choice.display}
      .run=${column.run}
      .arrangement=${choice.arrangement}
      .missing=${missingWords(this.state, column)}
      .obstacle=${catalogue?.compute.reason ?? ""}
      .named=${column.targets.kind !== "top"}
      .maps=${Math.max(1, ...tiles.map(({ shown }) => shown.maps.length))}
      .stretch=${stretchOf(rows.map((one) => one.probe))}
    ></picasso-gallery>`;
    return html`${keyed(connections, gallery)}`; // Pictures that broke while the server was away are fetched anew.
  }

  /** With the maps of the question before until this one's are known to be, or not to be. */
  private tile(shown: Shown, column: Column): Tile {
    const { id } = shown.probe;
    const phase = this.state.jobs.get(column.id)?.phase;
    const before = this.earlier.get(id);
    const waits = !shown.maps.length && phase !== "cancelled" && phase !== "refused" && !this.state.stopped;
    if (waits && before) return { ...before, shown: { ...before.shown, probe: shown.probe }, stale: true };
    const scale = scaleFor(this.state, column, shown.probe);
    const own = scale && scale !== this.scale ? ends(scale) : "";
    const tile = { shown, scale, ends: own, stale: false };
    this.earlier.set(id, tile);
    return tile;
  }
}
