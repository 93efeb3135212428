import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { MapInfo } from "../api-types";
import type { Loader } from "../loader";
import type { Display } from "../logic/choice";
import { panned, zoomed } from "../logic/inspect";
import { WHOLE, type View } from "../logic/paint";
import type { Scale } from "../logic/scale";
import { base } from "../styles";
import "./map-canvas";
import type { Pointed } from "./map-canvas";
import type { Box } from "./map-drawing";

const WHEEL = 0.0015;
const KEY_ZOOM = 1.5;
/** Pixels from which a press is a drag. */
const DRAG = 4;

/** One map large, to zoom and to pan. Tells what is pointed at (`spot`) and what is shown (`view`). */
@customElement("picasso-inspect-stage")
export class InspectStageElement extends LitElement {
  @property({ attribute: false }) loader!: Loader;
  @property({ attribute: false }) info!: MapInfo;
  @property({ attribute: false }) scale!: Scale;
  @property({ attribute: false }) display!: Display;
  @property() picture = "";
  @property({ attribute: false }) masks: readonly string[] = [];
  @property({ attribute: false }) box: Box | null = null;
  @property({ attribute: false }) view: View = WHOLE;
  @property() words = "";
  /** What stands at the pointer: the value first. */
  @property({ attribute: false }) tip: readonly string[] = [];
  @state() private at: { x: number; y: number } | null = null;
  @query(".stage") private stage!: HTMLElement;
  /** Of every finger or button that is down. */
  private readonly held = new Map<number, { x: number; y: number }>();
  private travelled = 0;

  static override styles = [
    base,
    css`
      :host { display: block; position: relative; }
      .stage { position: relative; width: 100%; height: 100%; cursor: crosshair; touch-action: pan-y; }
      .stage.zoomed { touch-action: none; cursor: grab; }
      .stage.zoomed:active { cursor: grabbing; }
      picasso-map-canvas { width: 100%; height: 100%; }
      .tip {
        position: absolute; z-index: 1; pointer-events: none; padding: 6px 10px; border-radius: 3px; white-space: nowrap;
        background: var(--surface); box-shadow: var(--shadow); font-size: 12px; line-height: 16px;
      }
      .tip b { font-weight: 500; }
    `,
  ];

  override render(): TemplateResult {
    return html`<div
      class="stage ${this.view.height < 1 ? "zoomed" : ""}"
      tabindex="0"
      role="group"
      aria-label="Map: Shift and arrows move the place, plus and minus zoom, 0 shows all"
      @wheel=${this.wheel}
      @pointerdown=${this.press}
      @pointermove=${this.move}
      @pointerup=${this.release}
      @pointercancel=${this.release}
      @pointerleave=${() => (this.at = null)}
      @dblclick=${() => this.show(WHOLE)}
    >
      <picasso-map-canvas
        .loader=${this.loader}
        .info=${this.info}
        .scale=${this.scale}
        .display=${this.display}
        .picture=${this.picture}
        .masks=${this.masks}
        .box=${this.box}
        .view=${this.view}
        .words=${this.words}
        @pointed=${(event: CustomEvent<Pointed>) => this.tell(event.detail)}
      ></picasso-map-canvas>
      ${this.tooltip()}
    </div>`;
  }

  /** In from the middle with a factor above 1, out with one below. */
  zoomBy(direction: 1 | -1): void {
    this.show(zoomed(this.view, direction > 0 ? KEY_ZOOM : 1 / KEY_ZOOM, 0.5, 0.5));
  }

  private tooltip(): TemplateResult | null {
    const { at, tip } = this;
    if (!at || !tip.length || this.held.size > 1) return null;
    const [first, ...rest] = tip;
    const across = at.x > this.clientWidth / 2 ? `right:${this.clientWidth - at.x + 16}px` : `left:${at.x + 16}px`;
    const down = at.y > this.clientHeight - 80 ? `bottom:${this.clientHeight - at.y + 16}px` : `top:${at.y + 20}px`;
    return html`<div class="tip" style="${across};${down}">
      <b>${first}</b>
      ${rest.map((line) => html`<div class="quiet">${line}</div>`)}
    </div>`;
  }

  /** At once: another move may come before the view is handed back. */
  private show(view: View): void {
    this.view = view;
    this.dispatchEvent(new CustomEvent<View>("view", { detail: view }));
  }

  private tell(pointed: Pointed): void {
    if (pointed && !this.held.size) this.dispatchEvent(new CustomEvent<Pointed>("spot", { detail: pointed }));
  }

  /** Zoomed out all the way, the wheel scrolls the page as elsewhere. */
  private wheel(event: WheelEvent): void {
    const next = zoomed(this.view, Math.exp(-event.deltaY * WHEEL), ...this.shares(event.offsetX, event.offsetY));
    if (next.height === this.view.height) return;
    event.preventDefault();
    this.show(next);
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.held.set(event.pointerId, this.place(event));
    this.travelled = 0;
    if (this.view.height < 1) this.stage.setPointerCapture(event.pointerId);
    if (this.held.size === 1) this.at = this.place(event);
  }

  private move(event: PointerEvent): void {
    const now = this.place(event);
    const before = this.held.get(event.pointerId);
    if (this.held.size <= 1) this.at = now;
    if (!before) return;
    this.travelled += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
    if (this.held.size === 2) this.pinch(event.pointerId, before, now);
    else if (this.travelled > DRAG) {
      this.show(panned(this.view, (before.y - now.y) / this.clientHeight, (before.x - now.x) / this.clientWidth));
    }
    this.held.set(event.pointerId, now);
  }

  /** The place between two fingers stays between them. */
  private pinch(id: number, before: { x: number; y: number }, now: { x: number; y: number }): void {
    const other = [...this.held].find(([one]) => one !== id)?.[1];
    if (!other) return;
    const apart = (one: { x: number; y: number }): number => Math.hypot(one.x - other.x, one.y - other.y);
    const middle = this.shares((now.x + other.x) / 2, (now.y + other.y) / 2);
    this.show(zoomed(this.view, apart(now) / Math.max(1, apart(before)), ...middle));
  }

  private release(event: PointerEvent): void {
    this.held.delete(event.pointerId);
  }

  private place(event: PointerEvent): { x: number; y: number } {
    const { left, top } = this.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  private shares(x: number, y: number): [down: number, right: number] {
    return [y / this.clientHeight, x / this.clientWidth];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "picasso-inspect-stage": InspectStageElement;
  }
}
