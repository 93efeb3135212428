import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import type { Loader } from "../loader";
import { harmless, type Harmless } from "../page";
import { base } from "../styles";

/** A page may be as long as it likes, but not for ever. */
const TALLEST = 4_000;

/**
 * The page that a visualization's own template made, in a frame that runs no script and loads nothing: the page brings
 * a strict policy of its own. The frame shares our origin only so that its content can be put in, and its height follow.
 */
@customElement("picasso-page-frame")
export class PageFrameElement extends LitElement {
  @property({ attribute: false }) loader!: Loader;
  /** Of the map whose page it is. */
  @property({ attribute: false }) key = "";
  @state() private page: Harmless | null = null;
  @state() private problem = "";
  @query("iframe") private frame!: HTMLIFrameElement | null;
  private loading = new AbortController();
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
    this.loading.abort();
  }

  override render(): TemplateResult {
    if (this.problem) return html`<p class="bad" role="alert">${this.problem}</p>`;
    if (!this.page) return html`<p class="quiet" role="status">loading its page ...</p>`;
    const frame = html`<iframe
      title="Page of the visualization"
      sandbox="allow-same-origin"
      referrerpolicy="no-referrer"
      .srcdoc=${this.page.empty}
      @load=${this.fill}
    ></iframe>`;
    return html`${keyed(this.page, frame)}`; // each page loads a frame of its own
  }

  private async load(key: string): Promise<void> {
    this.loading.abort();
    const { signal } = (this.loading = new AbortController());
    try {
      const page = await this.loader.page(key, signal);
      if (!signal.aborted) [this.page, this.problem] = [harmless(page), ""];
    } catch (problem) {
      if (!signal.aborted) this.problem = problem instanceof Error ? problem.message : String(problem);
    }
  }

  private fill(): void {
    const inside = this.frame?.contentDocument;
    if (!inside || !this.page) return;
    const root = inside.importNode(this.page.root, true);
    inside.replaceChild(root, inside.documentElement);
    this.grown.disconnect();
    this.grown.observe(root);
    this.fit();
  }

  private fit(): void {
    const { frame } = this;
    const root = frame?.contentDocument?.documentElement;
    if (frame && root)
      frame.style.height = `${Math.min(TALLEST, Math.ceil(root.getBoundingClientRect().height) + 2)}px`;
  }
}
