import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { MapInfo, Received } from "../api-types";
import type { Loader } from "../loader";
import { drawnWords, valuesWords } from "../logic/received";
import { base } from "../styles";

/** What the model really received for the probe: as a picture, its shape and range, and how it was made. */
@customElement("picasso-inspect-received")
export class InspectReceivedElement extends LitElement {
  @property({ attribute: false }) loader!: Loader;
  @property({ attribute: false }) info!: MapInfo;
  @state() private received: Received | null = null;
  @state() private problem = "";
  private asked = "";
  private loading = new AbortController();

  static override styles = [
    base,
    css`
      :host { display: grid; grid-template-columns: minmax(96px, 152px) minmax(0, 1fr); gap: 16px; min-height: 64px; }
      img { width: 100%; image-rendering: pixelated; display: block; background: var(--sunken); }
      p + p { margin-top: 4px; }
      p { overflow-wrap: anywhere; }
    `,
  ];

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("info") && this.info.received !== this.asked) void this.load(this.info);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.loading.abort();
    this.asked = "";
  }

  override render(): TemplateResult | typeof nothing {
    if (this.problem) return html`<p class="quiet">${this.problem}</p>`;
    const { received } = this;
    if (!received) return nothing;
    const [values, drawn] = [valuesWords(received), drawnWords(received)];
    return html`<img src=${received.url} alt="What the model receives: ${values}" />
      <div>
        <p>${values}</p>
        <p class="quiet">${received.preprocessing.replaceAll(" x ", " × ")}</p>
        <p class="quiet">${drawn}</p>
      </div>`;
  }

  private async load(info: MapInfo): Promise<void> {
    this.asked = info.received ?? "";
    this.problem = "";
    this.loading.abort();
    const { signal } = (this.loading = new AbortController());
    try {
      const received = await this.loader.received(info, signal);
      if (!signal.aborted) this.received = received;
    } catch (problem) {
      if (!signal.aborted) this.problem = problem instanceof Error ? problem.message : String(problem);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "picasso-inspect-received": InspectReceivedElement;
  }
}
