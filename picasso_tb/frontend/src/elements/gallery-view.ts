import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import type { Loader } from "../loader";
import { currentColumn, type Column } from "../logic/columns";
import type { Command } from "../logic/keys";
import type { Scale } from "../logic/scale";
import { ends } from "../logic/format";
import { scaleFor } from "../logic/scales";
import { probesOf } from "../logic/select";
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
  /** Run and method of those: maps of others would be taken for theirs. */
  private earlierOf = "";
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
      ${column && shown.length ? html`<picasso-sub-bar .state=${state} .dark=${this.dark}></picasso-sub-bar>` : null}
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

  private addedProbes(): TemplateResult {
    return html`<picasso-added-probes
      .probes=${probesOf(this.state).filter((probe) => probe.uploaded)}
      .run=${this.state.choice.run ?? ""}
      @find=${(event: CustomEvent<string>) => this.gallery?.show(event.detail)}
    ></picasso-added-probes>`;
  }

  private grid(column: Column): TemplateResult {
    const { choice, connections, catalogue } = this.state;
    const of = `${column.visualization.name} ${column.run}`;
    if (of !== this.earlierOf) this.earlier.clear();
    this.earlierOf = of;
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
      .missing=${missingWords(this.state, column, rows[0]?.probe.id ?? "")}
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
