import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { ModelInfo } from "../api-types";
import type { Loader } from "../loader";
import type { Arrangement, Display } from "../logic/choice";
import type { Scale } from "../logic/scale";
import type { Shown } from "../logic/select";
import { base } from "../styles";
import { act } from "./act";
import type { TileElement } from "./tile";
import "./tile";

/** All probes that are shown. Arrow keys move between them, Enter makes one large. */
@customElement("picasso-gallery")
export class GalleryElement extends LitElement {
  @property({ attribute: false }) shown: readonly Shown[] = [];
  @property({ attribute: false }) model: ModelInfo | null = null;
  @property({ attribute: false }) loader!: Loader;
  @property({ attribute: false }) scale: Scale | null = null;
  @property({ attribute: false }) display!: Display;
  @property() run = "";
  @property() arrangement: Arrangement = "pair";
  @property() missing = "";
  @property() obstacle = "";
  @property({ type: Boolean }) stale = false;
  @property({ type: Boolean }) named = false;
  @property({ attribute: false }) enlarged: string | null = null;
  /** Columns of a tile: the picture and its maps. */
  @property({ type: Number }) columns = 2;
  /** How much wider than usual a tile is. */
  @property({ type: Number }) stretch = 1;
  private focused = 0;

  static override styles = [
    base,
    css`
      .grid {
        display: grid; gap: 20px;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, calc(var(--columns) * 123px * var(--stretch))), 1fr));
      }
      [aria-selected="true"] { grid-column: 1 / -1; }
      @media (max-width: 960px) {
        .grid {
          gap: 16px 14px;
          grid-template-columns: repeat(auto-fill, minmax(min(100%, calc(var(--columns) * 100px * var(--stretch))), 1fr));
        }
      }
    `,
  ];

  override render(): TemplateResult {
    this.focused = Math.min(this.focused, Math.max(0, this.shown.length - 1));
    return html`<div
      class="grid"
      role="listbox"
      aria-label="Probes"
      style="--columns:${this.columns};--stretch:${this.stretch}"
      @keydown=${this.key}
      @focusin=${this.moved}
    >
      ${repeat(
        this.shown,
        ({ probe }) => probe.id,
        (one, index) => html`<picasso-tile
          tabindex=${index === this.focused ? 0 : -1}
          aria-selected=${one.probe.id === this.enlarged}
          .shown=${one}
          .model=${this.model}
          .loader=${this.loader}
          .scale=${this.scale}
          .display=${this.display}
          .run=${this.run}
          .arrangement=${this.arrangement}
          .missing=${this.missing}
          .obstacle=${this.obstacle}
          .stale=${this.stale}
          .named=${this.named}
          @click=${() => this.enlarge(one)}
        ></picasso-tile>`,
      )}
    </div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("enlarged"))
      this.renderRoot.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  private get tiles(): TileElement[] {
    return [...this.renderRoot.querySelectorAll("picasso-tile")];
  }

  private moved(event: FocusEvent): void {
    const index = this.tiles.indexOf(event.target as TileElement);
    if (index < 0 || index === this.focused) return;
    this.focused = index;
    this.requestUpdate();
  }

  private key(event: KeyboardEvent): void {
    const one = this.shown[this.focused];
    const step = this.stepOf(event.key);
    if (step !== null) this.tiles[Math.min(this.shown.length - 1, Math.max(0, this.focused + step))]?.focus();
    else if (event.key === "Enter" && one) this.enlarge(one);
    else if (event.key === "Escape") act(this, { type: "enlarge", probe: null });
    else if (event.key === "Delete" && one?.probe.uploaded) act(this, { type: "forget", probe: one.probe.id });
    else return;
    event.preventDefault();
  }

  private stepOf(key: string): number | null {
    const tops = this.tiles.map((tile) => tile.offsetTop);
    const columns = Math.max(1, tops.filter((top) => top === tops[0]).length);
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
      Home: -this.shown.length,
      End: this.shown.length,
    };
    return steps[key] ?? null;
  }

  private enlarge({ probe }: Shown): void {
    act(this, { type: "enlarge", probe: probe.id === this.enlarged ? null : probe.id });
  }
}
