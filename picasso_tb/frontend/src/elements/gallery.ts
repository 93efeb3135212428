import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { ModelInfo } from "../api-types";
import type { Loader } from "../loader";
import type { Arrangement, Display } from "../logic/choice";
import type { Command } from "../logic/keys";
import type { Scale } from "../logic/scale";
import { allToggled, clicked, type Click } from "../logic/selection";
import type { Shown } from "../logic/shown";
import { base } from "../styles";
import { act } from "./act";
import { Nearness } from "./nearness";
import type { TileElement } from "./tile";
import "./tile";

/** Pixels of a picture in a tile of usual width; as a line is filled, one never gets twice as wide as it need be. */
const WIDEST = 256;

export interface Tile {
  shown: Shown;
  scale: Scale | null;
  /** Ends of the scale, where it is the probe's own. */
  ends: string;
  /** Still of the question before. */
  stale: boolean;
}

/** All probes that are shown, to be selected and inspected. Only what is near is drawn; see keys.ts for the keys. */
@customElement("picasso-gallery")
export class GalleryElement extends LitElement {
  @property({ attribute: false }) tiles: readonly Tile[] = [];
  @property({ attribute: false }) selected: readonly string[] = [];
  @property({ attribute: false }) model: ModelInfo | null = null;
  @property({ attribute: false }) loader!: Loader;
  @property({ attribute: false }) display!: Display;
  /** `Column.id` of what is shown. */
  @property() column = "";
  @property() run = "";
  @property() arrangement: Arrangement = "pair";
  @property() missing = "";
  @property() obstacle = "";
  @property({ type: Boolean }) named = false;
  /** Maps of a tile. */
  @property({ type: Number }) maps = 1;
  /** How much wider than usual a tile is. */
  @property({ type: Number }) stretch = 1;
  /** The probe that the keyboard is at. */
  @state() private focused: string | null = null;
  /** Where a range begins. */
  private anchor: string | null = null;
  private readonly nearness = new Nearness(this, (probes) => this.tell(probes));

  static override styles = [
    base,
    css`
      .grid {
        --tile: 123px;
        display: grid; gap: 20px;
        grid-template-columns: repeat(
          auto-fill, minmax(min(100%, calc(var(--columns) * var(--tile) * var(--stretch))), 1fr)
        );
      }
      @media (max-width: 960px) { .grid { --tile: 100px; gap: 16px 14px; } }
      @media (min-width: 2200px) { .grid { --tile: 160px; } }
    `,
  ];

  override render(): TemplateResult {
    const { arrangement, maps } = this;
    const columns = arrangement === "pair" ? maps + 1 : arrangement === "map" ? maps : 1;
    const focused = this.index < 0 ? 0 : this.index;
    return html`<div
      class="grid"
      role="listbox"
      aria-label="Probes"
      aria-multiselectable="true"
      style="--columns:${columns};--stretch:${this.stretch}"
      @focusin=${this.moved}
    >
      ${repeat(
        this.tiles,
        ({ shown }) => shown.probe.id,
        (one, index) => this.tile(one, index === focused),
      )}
    </div>`;
  }

  private tile({ shown, scale, ends, stale }: Tile, focused: boolean): TemplateResult {
    const { id } = shown.probe;
    return html`<picasso-tile
      tabindex=${focused ? 0 : -1}
      aria-selected=${this.selected.includes(id)}
      data-probe=${id}
      .near=${this.nearness.near.has(id)}
      .columns=${this.maps}
      .shown=${shown}
      .model=${this.model}
      .loader=${this.loader}
      .scale=${scale}
      .ends=${ends}
      .display=${this.display}
      .run=${this.run}
      .most=${WIDEST * this.stretch}
      .arrangement=${this.arrangement}
      .missing=${this.missing}
      .obstacle=${this.obstacle}
      .stale=${stale}
      .named=${this.named}
      @click=${(event: MouseEvent) => this.pressed(event, id)}
      @dblclick=${() => this.inspect(id)}
    ></picasso-tile>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("tiles")) this.nearness.watch(this.elements);
    if (changed.has("column")) this.tell(this.nearness.visible);
  }

  /** Brings a probe into view and to the keyboard. */
  show(probe: string): void {
    const tile = this.elements.find((one) => one.dataset.probe === probe);
    tile?.scrollIntoView({ block: "nearest" });
    tile?.focus({ preventScroll: true });
  }

  /** Does what a key asks for; false where that is not the gallery's to do. */
  command(command: Command): boolean {
    const id = this.listed[Math.max(0, this.index)];
    if (id === undefined) return false;
    switch (command) {
      case "previous-probe":
        return this.step(-1);
      case "next-probe":
        return this.step(1);
      case "previous-row":
        return this.step(-this.perRow);
      case "next-row":
        return this.step(this.perRow);
      case "select":
        return this.choose(id, { toggle: true, range: false });
      case "select-range":
        return this.choose(id, { toggle: true, range: true });
      case "select-all":
        return this.select(allToggled(this.selected, this.listed));
      case "inspect":
        return this.inspect(id);
      case "remove":
        return this.forget();
      default:
        return false;
    }
  }

  private get listed(): string[] {
    return this.tiles.map(({ shown }) => shown.probe.id);
  }

  private get index(): number {
    return this.listed.indexOf(this.focused ?? "");
  }

  private get elements(): TileElement[] {
    return [...this.renderRoot.querySelectorAll("picasso-tile")];
  }

  private get perRow(): number {
    const tops = this.elements.map((tile) => tile.offsetTop);
    return Math.max(1, tops.filter((top) => top === tops[0]).length);
  }

  /** The first step leads to the first probe, or back to where the keyboard was. */
  private step(by: number): boolean {
    const inside = this.matches(":focus-within");
    const wanted = inside ? this.index + by : Math.max(0, this.index);
    const probe = this.listed[Math.min(this.tiles.length - 1, Math.max(0, wanted))];
    if (probe !== undefined) this.show(probe);
    return true;
  }

  private moved(event: FocusEvent): void {
    this.focused = (event.target as HTMLElement).dataset.probe ?? this.focused;
  }

  private pressed(event: MouseEvent, id: string): void {
    const ticked = event.composedPath().some((one) => one instanceof HTMLElement && "tick" in one.dataset);
    this.choose(id, { toggle: ticked || event.ctrlKey || event.metaKey, range: event.shiftKey });
  }

  private choose(id: string, click: Click): boolean {
    const selected = clicked(this.selected, this.listed, id, this.anchor, click);
    if (!click.range || this.anchor === null) this.anchor = id;
    return this.select(selected);
  }

  private select(selected: readonly string[]): boolean {
    act(this, { type: "choose", choice: { selected } });
    return true;
  }

  private inspect(probe: string): boolean {
    act(this, { type: "choose", choice: { view: "inspect", inspected: probe } });
    return true;
  }

  private forget(): boolean {
    const one = this.tiles[this.index]?.shown.probe;
    if (one?.uploaded) act(this, { type: "forget", probe: one.id });
    return one?.uploaded === true;
  }

  private tell(probes: readonly string[]): void {
    act(this, { type: "in-view", columns: [this.column], probes });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "picasso-gallery": GalleryElement;
  }
}
