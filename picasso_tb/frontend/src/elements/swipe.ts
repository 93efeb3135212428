import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { MapInfo } from "../api-types";
import type { Loader } from "../loader";
import type { Display } from "../logic/choice";
import type { Scale } from "../logic/scale";
import { base } from "../styles";
import "./map-canvas";

/** Two maps of one picture on top of each other: the line between them is dragged, or moved with the arrow keys. */
@customElement("picasso-swipe")
export class SwipeElement extends LitElement {
  @property({ attribute: false }) loader!: Loader;
  /** To the left of the line, and to the right of it. */
  @property({ attribute: false }) one!: MapInfo;
  @property({ attribute: false }) other!: MapInfo;
  @property({ attribute: false }) scale!: Scale;
  @property({ attribute: false }) display!: Display;
  @property() picture = "";
  @property({ attribute: false }) masks: readonly string[] = [];
  @property() words = "";
  /** Where the line is, 0..1: the same in every row, so the view holds it. */
  @property({ type: Number }) share = 0.5;

  static override styles = [
    base,
    css`
      :host { display: block; position: relative; }
      picasso-map-canvas { position: absolute; inset: 0; }
      picasso-map-canvas:last-of-type { clip-path: inset(0 0 0 calc(var(--share) * 100%)); }
      i {
        position: absolute; top: 0; bottom: 0; left: calc(var(--share) * 100% - 1px); width: 2px; background: #fff;
        box-shadow: 0 0 0 1px #000; pointer-events: none;
      }
      input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize; }
      :host(:focus-within) { outline: 2px solid var(--focus); outline-offset: 1px; }
    `,
  ];

  override render(): TemplateResult {
    return html`
      ${[this.one, this.other].map(
        (info) => html`<picasso-map-canvas
          aria-hidden="true"
          .loader=${this.loader}
          .info=${info}
          .scale=${this.scale}
          .display=${this.display}
          .picture=${this.picture}
          .masks=${this.masks}
        ></picasso-map-canvas>`,
      )}
      <i></i>
      <input
        type="range"
        min="0"
        max="100"
        aria-label=${this.words}
        .value=${String(Math.round(100 * this.share))}
        @input=${this.moved}
        @keydown=${(event: KeyboardEvent) => event.stopPropagation()}
      />
    `;
  }

  protected override willUpdate(): void {
    this.style.setProperty("--share", String(this.share));
  }

  private moved(event: Event): void {
    const detail = Number((event.target as HTMLInputElement).value) / 100;
    this.dispatchEvent(new CustomEvent("swiped", { detail }));
  }
}
