import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { MapInfo } from "../api-types";
import type { Loader } from "../loader";
import { table } from "../logic/colour";
import type { Display } from "../logic/choice";
import { whereabouts } from "../logic/format";
import { peakOf, type Grid } from "../logic/npy";
import { paint } from "../logic/paint";
import type { Scale } from "../logic/scale";
import { base } from "../styles";
import { act } from "./act";

/** One map over its picture, drawn in device pixels while it is in view. */
@customElement("picasso-map-canvas")
export class MapCanvasElement extends LitElement {
  @property({ attribute: false }) loader!: Loader;
  @property({ attribute: false }) info!: MapInfo;
  @property({ attribute: false }) scale!: Scale;
  @property({ attribute: false }) display!: Display;
  @property() picture = "";
  /** What the map is of, in words. */
  @property() words = "";
  /** Where its strongest part is, in words, once the map has come. */
  @state() private where = "";
  @query("canvas") private canvas!: HTMLCanvasElement;

  private grid: Grid | null = null;
  private image: HTMLImageElement | null = null;
  private inView = false;
  private frame = 0;
  private loading = new AbortController();
  private readonly seen = new IntersectionObserver((entries) => this.appear(entries), {
    rootMargin: "200px",
  });
  private readonly resized = new ResizeObserver(() => this.redraw());

  static override styles = [
    base,
    css`
      :host { display: block; position: relative; background: var(--sunken); }
      canvas { position: absolute; inset: 0; width: 100%; height: 100%; display: block; }
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

  override render(): TemplateResult {
    return html`<canvas
      role="img"
      aria-label=${this.words + this.where}
      @pointermove=${this.point}
      @pointerleave=${() => act(this, { type: "point", value: null })}
    ></canvas>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const other = changed.has("picture") || (changed.has("info") && changed.get("info")?.key !== this.info.key);
    if (other && this.inView) void this.load();
    else if (other) this.canvas.classList.add("stale");
    else this.redraw();
  }

  private appear(entries: IntersectionObserverEntry[]): void {
    this.inView = entries.at(-1)?.isIntersecting ?? false;
    if (!this.inView) return;
    if (this.canvas.dataset.key === this.info.key) this.redraw();
    else void this.load();
  }

  private async load(): Promise<void> {
    this.loading.abort();
    const { signal } = (this.loading = new AbortController());
    this.canvas.classList.add("stale");
    try {
      const [grid, image] = await Promise.all([
        this.loader.map(this.info.key, signal),
        this.loader.picture(this.picture),
      ]);
      if (signal.aborted) return;
      this.grid = grid;
      this.image = image;
      this.describe(grid);
      this.redraw();
    } catch (problem) {
      if (!signal.aborted)
        this.dispatchEvent(
          new CustomEvent("failed", { detail: problem instanceof Error ? problem.message : String(problem) }),
        );
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
    this.where = peak?.value ? `, strongest ${whereabouts(peak.row, peak.column, grid.height, grid.width)}` : "";
  }

  private redraw(): void {
    cancelAnimationFrame(this.frame);
    if (this.inView) this.frame = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    const { canvas, grid, image } = this;
    const width = Math.round(this.clientWidth * devicePixelRatio);
    const height = Math.round(this.clientHeight * devicePixelRatio);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context || !grid || !image || !width || !height) return;
    canvas.width = width;
    canvas.height = height;
    context.imageSmoothingEnabled = image.naturalWidth > width;
    context.drawImage(image, 0, 0, width, height);
    const pixels = context.getImageData(0, 0, width, height);
    const { display, scale } = this;
    const colours = scale.signed ? display.signedColours : display.magnitudeColours;
    paint(pixels.data, height, width, grid, scale, {
      layer: display.layer,
      opacity: display.opacity,
      table: table(scale.signed ? "signed" : "magnitude", colours),
    });
    context.putImageData(pixels, 0, 0);
    canvas.dataset.key = this.info.key;
    canvas.classList.remove("stale");
  }

  private point(event: PointerEvent): void {
    const { grid } = this;
    if (!grid) return;
    const row = Math.min(grid.height - 1, Math.floor((event.offsetY / this.clientHeight) * grid.height));
    const column = Math.min(grid.width - 1, Math.floor((event.offsetX / this.clientWidth) * grid.width));
    const value = grid.values[Math.max(0, row) * grid.width + Math.max(0, column)] ?? NaN;
    act(this, { type: "point", value });
  }
}
