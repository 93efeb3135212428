import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { MapInfo } from "../api-types";
import type { Loader } from "../loader";
import type { Display } from "../logic/choice";
import { difference } from "../logic/difference";
import { signed, whereabouts } from "../logic/format";
import { peakOf, type Grid } from "../logic/npy";
import { WHOLE, type View } from "../logic/paint";
import type { Scale } from "../logic/scale";
import { base } from "../styles";
import { act } from "./act";
import { drawMap, type Box } from "./map-drawing";

/** What is under the pointer, in map pixels; null once it has left. */
export type Pointed = { row: number; column: number; value: number } | null;

/** One map over its picture, drawn in device pixels while it is in view. Tells what is pointed at as `pointed`. */
@customElement("picasso-map-canvas")
export class MapCanvasElement extends LitElement {
  @property({ attribute: false }) loader!: Loader;
  @property({ attribute: false }) info!: MapInfo;
  /** A map to take from it: what is drawn is the difference. */
  @property({ attribute: false }) minus: MapInfo | null = null;
  @property({ attribute: false }) scale!: Scale;
  @property({ attribute: false }) display!: Display;
  /** Addresses of the picture, and of the region masks whose outlines are drawn. */
  @property() picture = "";
  @property({ attribute: false, hasChanged: differs }) masks: readonly string[] = [];
  /** A window to frame. */
  @property({ attribute: false, hasChanged: differs }) box: Box | null = null;
  /** The part that is shown: to zoom and to pan. */
  @property({ attribute: false }) view: View = WHOLE;
  /** What the map is of, in words. */
  @property() words = "";
  /** Where its strongest part is, in words, once the map has come. */
  @state() private where = "";
  /** Why it cannot be drawn, in words. */
  @state() private problem = "";
  @query("canvas") private canvas!: HTMLCanvasElement;

  private grid: Grid | null = null;
  private image: HTMLImageElement | null = null;
  private regions: HTMLImageElement[] = [];
  /** `source` of what is loaded or being loaded. */
  private loaded = "";
  private inView = false;
  private frame = 0;
  private loading = new AbortController();
  /** Where the pointer is, in shares of what is drawn. */
  private pointer: { down: number; right: number } | null = null;
  private readonly seen = new IntersectionObserver((entries) => this.appear(entries), {
    rootMargin: "200px",
  });
  private readonly resized = new ResizeObserver(() => this.redraw());

  static override styles = [
    base,
    css`
      :host { display: block; position: relative; background: var(--sunken); }
      canvas { position: absolute; inset: 0; width: 100%; height: 100%; display: block; }
      .preview {
        position: absolute; left: 4px; bottom: 4px; padding: 0 5px; pointer-events: none; font-size: 11px; line-height: 16px;
        border-radius: 3px; background: var(--surface); color: var(--text); border: 1px dashed var(--edge);
      }
      .blank {
        height: 100%; padding: 8px; overflow: auto; overflow-wrap: anywhere; font-size: 12px; line-height: 16px;
        background: var(--bad-bg); border-left: 3px solid var(--bad);
      }
      canvas.stale { opacity: 0.3; transition: opacity 0s 0.2s; }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.seen.observe(this);
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.seen.disconnect();
    this.resized.disconnect();
    this.loading.abort();
    cancelAnimationFrame(this.frame);
  }

  /** What is said of one map does not hold for the next; what could not be read is read again when it is asked anew. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.problem && changed.has("info")) this.loaded = "";
    if (this.source !== this.loaded) [this.where, this.problem] = ["", ""];
  }

  override render(): TemplateResult {
    const { preview } = this.info;
    const share = typeof preview !== "number" ? "" : `preview, ${Math.round(100 * preview)} %`;
    return html`<canvas
        role="img"
        ?hidden=${this.problem !== ""}
        aria-label=${[this.words + this.where, share].filter(Boolean).join(", ")}
        @pointermove=${this.point}
        @pointerleave=${this.leave}
      ></canvas>
      ${share ? html`<span class="preview" aria-hidden="true" title="Better numbers follow">${share}</span>` : null}
      ${this.problem ? html`<p class="blank" role="alert">${this.problem}</p>` : null}`;
  }

  /** Of what is drawn: changes whenever other numbers or another picture must come. */
  private get source(): string {
    return [this.info.key, this.minus?.key ?? "", this.picture, ...this.masks].join(" ");
  }

  protected override updated(): void {
    if (this.source === this.loaded) this.redraw();
    else if (this.inView) void this.load();
    else this.canvas.classList.add("stale");
  }

  private appear(entries: IntersectionObserverEntry[]): void {
    this.inView = entries.at(-1)?.isIntersecting ?? false;
    if (!this.inView) return;
    if (this.source === this.loaded && !this.problem) this.redraw();
    else void this.load();
  }

  private async load(): Promise<void> {
    this.loading.abort();
    const { signal } = (this.loading = new AbortController());
    const { source, loader, info, minus } = this;
    this.loaded = source;
    this.problem = "";
    cancelAnimationFrame(this.frame); // it would draw what was loaded before under the new name
    this.canvas.classList.add("stale");
    try {
      const [grid, other, image, ...regions] = await Promise.all([
        loader.map(info.key, signal),
        minus && loader.map(minus.key, signal),
        ...[this.picture, ...this.masks].map((url) => loader.picture(url, signal)),
      ]);
      if (signal.aborted || !image) throw new DOMException("Something else is asked for", "AbortError");
      this.grid = other ? difference(grid, other) : grid;
      this.image = image;
      this.regions = regions;
      this.describe(this.grid);
      this.redraw();
      this.tellPointed();
    } catch (problem) {
      // What was given up half-way is loaded anew when it is seen again.
      if (signal.aborted && this.loaded === source) this.loaded = "";
      if (signal.aborted) return;
      this.problem = problem instanceof Error ? problem.message : String(problem);
    }
  }

  /** Where the strongest part is: for people in words, for scripts in map pixels. */
  private describe(grid: Grid): void {
    const peak = peakOf(grid);
    const { dataset } = this.canvas;
    dataset.height = String(grid.height);
    dataset.width = String(grid.width);
    dataset.peakRow = String(peak?.row ?? "");
    dataset.peakColumn = String(peak?.column ?? "");
    const strongest = this.minus ? `largest difference ${signed(peak?.value ?? 0, true)}` : "strongest";
    this.where = peak?.value ? `, ${strongest} ${whereabouts(peak.row, peak.column, grid.height, grid.width)}` : "";
  }

  private redraw(): void {
    cancelAnimationFrame(this.frame);
    if (this.inView) this.frame = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    const { canvas, grid, image, scale, display, box, view, regions: masks } = this;
    const width = Math.round(this.clientWidth * devicePixelRatio);
    const height = Math.round(this.clientHeight * devicePixelRatio);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context || !grid || !image || !width || !height) return;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    drawMap(context, { grid, image, scale, display, masks, box, view }, height, width);
    canvas.dataset.key = this.minus ? `${this.info.key}-${this.minus.key}` : this.info.key;
    canvas.classList.remove("stale");
  }

  private point({ offsetX, offsetY }: PointerEvent): void {
    this.pointer = { down: offsetY / this.clientHeight, right: offsetX / this.clientWidth };
    this.tellPointed();
  }

  private leave(): void {
    this.pointer = null;
    this.tell(null);
  }

  /** Also when another map has come under a pointer at rest. */
  private tellPointed(): void {
    const { grid, view, pointer } = this;
    if (!grid || !pointer) return;
    const at = (place: number, start: number, share: number, side: number): number =>
      Math.max(0, Math.min(side - 1, Math.floor((start + place * share) * side)));
    const row = at(pointer.down, view.top, view.height, grid.height);
    const column = at(pointer.right, view.left, view.width, grid.width);
    this.tell({ row, column, value: grid.values[row * grid.width + column] ?? NaN });
  }

  private tell(pointed: Pointed): void {
    act(this, { type: "point", value: pointed?.value ?? null, scale: this.scale });
    this.dispatchEvent(new CustomEvent<Pointed>("pointed", { detail: pointed }));
  }
}

/** By what is in it: a new list of the same is not drawn again. */
function differs(value: unknown, old: unknown): boolean {
  return JSON.stringify(value) !== JSON.stringify(old);
}

declare global {
  interface HTMLElementTagNameMap {
    "picasso-map-canvas": MapCanvasElement;
  }
}
