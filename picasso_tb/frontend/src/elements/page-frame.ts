import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Loader } from "../loader";
import { base } from "../styles";

/** A page may be as long as it likes, but not for ever. */
const TALLEST = 4_000;

/**
 * The page that a visualization's own template made, in a frame that runs no script and loads nothing: the page brings
 * a strict policy of its own. The frame shares our origin only so that its height can follow its content.
 */
@customElement("picasso-page-frame")
export class PageFrameElement extends LitElement {
  @property({ attribute: false }) loader!: Loader;
  /** Of the map whose page it is. */
  @property({ attribute: false }) key = "";
  @state() private page = "";
  @state() private problem = "";
  @query("iframe") private frame!: HTMLIFrameElement | null;
  private readonly grown = new ResizeObserver(() => this.fit());

  static override styles = [
    base,
    css`
      :host { display: block; min-width: 0; }
      iframe {
        display: block; width: 100%; height: 80px; border: 1px solid var(--line); background: #fff; color-scheme: light;
      }
    `,
  ];

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("key")) void this.load(this.key);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.grown.disconnect();
  }

  override render(): TemplateResult {
    if (this.problem) return html`<p class="bad" role="alert">${this.problem}</p>`;
    if (!this.page) return html`<p class="quiet" role="status">loading its page ...</p>`;
    return html`<iframe
      title="Page of the visualization"
      sandbox="allow-same-origin"
      referrerpolicy="no-referrer"
      .srcdoc=${this.page}
      @load=${this.watch}
    ></iframe>`;
  }

  private async load(key: string): Promise<void> {
    try {
      const page = await this.loader.page(key);
      if (key === this.key) [this.page, this.problem] = [page, ""];
    } catch (problem) {
      if (key === this.key) this.problem = problem instanceof Error ? problem.message : String(problem);
    }
  }

  private watch(): void {
    const root = this.frame?.contentDocument?.documentElement;
    this.grown.disconnect();
    if (root) this.grown.observe(root);
    this.fit();
  }

  private fit(): void {
    const { frame } = this;
    const root = frame?.contentDocument?.documentElement;
    if (frame && root)
      frame.style.height = `${Math.min(TALLEST, Math.ceil(root.getBoundingClientRect().height) + 2)}px`;
  }
}
