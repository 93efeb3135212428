import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Loader } from "../loader";
import type { Patch } from "../logic/inspect";
import { WHOLE, type View } from "../logic/paint";
import { base } from "../styles";

/** Share of the picture's side by which a patch of "blur" is blurred here: to be recognised, not measured. */
const BLUR = 0.05;

/** The picture as it is, zoomed as the map is, with the patch that covers a part of it. */
@customElement("picasso-inspect-picture")
export class InspectPictureElement extends LitElement {
  @property({ attribute: false }) loader!: Loader;
  @property() picture = "";
  @property({ attribute: false }) view: View = WHOLE;
  /** In shares of the picture's sides. */
  @property({ attribute: false }) patch: Patch | null = null;
  @property() fill = "grey";
  @property() words = "";
  @query("canvas") private canvas!: HTMLCanvasElement;
  private image: HTMLImageElement | null = null;
  private loading = new AbortController();
  private readonly resized = new ResizeObserver(() => this.draw());

  static override styles = [
    base,
    css`
      :host { display: block; background: var(--sunken); }
      canvas { width: 100%; height: 100%; display: block; }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
    this.loading.abort();
  }

  override render(): TemplateResult {
    return html`<canvas role="img" aria-label=${this.words}></canvas>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("picture")) void this.load();
    else this.draw();
  }

  private async load(): Promise<void> {
    this.loading.abort();
    const { signal } = (this.loading = new AbortController());
    // Where it cannot be read, the map beside it says what is wrong.
    const image = await this.loader.picture(this.picture, signal).catch(() => null);
    if (signal.aborted) return;
    this.image = image;
    this.draw();
  }

  private draw(): void {
    const { canvas, image, view, patch } = this;
    const [width, height] = [this.clientWidth, this.clientHeight].map((side) => Math.round(side * devicePixelRatio));
    const context = canvas.getContext("2d");
    if (!context || !image || !width || !height) return;
    canvas.width = width;
    canvas.height = height;
    const { naturalWidth, naturalHeight } = image;
    const part = [
      view.left * naturalWidth,
      view.top * naturalHeight,
      view.width * naturalWidth,
      view.height * naturalHeight,
    ] as const;
    context.imageSmoothingEnabled = naturalWidth * view.width > width;
    context.drawImage(image, ...part, 0, 0, width, height);
    if (!patch) return;
    const x = (share: number): number => ((share - view.left) / view.width) * width;
    const y = (share: number): number => ((share - view.top) / view.height) * height;
    context.beginPath();
    context.rect(x(patch.left), y(patch.top), x(patch.right) - x(patch.left), y(patch.bottom) - y(patch.top));
    context.clip();
    if (this.fill === "blur") context.filter = `blur(${(BLUR * width) / view.width}px)`;
    else context.fillStyle = this.fill === "mean" ? meanColour(image) : (PAINTS[this.fill] ?? "#808080");
    if (this.fill === "blur") context.drawImage(image, ...part, 0, 0, width, height);
    else context.fillRect(0, 0, width, height);
  }
}

const PAINTS: Record<string, string> = { grey: "#808080", black: "#000", white: "#fff" };

/** Averages by drawing into a single pixel would sample a few: the sum is taken. */
function meanColour(image: HTMLImageElement): string {
  const { naturalWidth: width, naturalHeight: height } = image;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (!context) return "#808080";
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const sums = [0, 0, 0];
  for (let at = 0; at < data.length; at += 4) {
    for (let channel = 0; channel < 3; channel++) sums[channel] = (sums[channel] ?? 0) + (data[at + channel] ?? 0);
  }
  return `rgb(${sums.map((sum) => Math.round(sum / (width * height))).join(", ")})`;
}
