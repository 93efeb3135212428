import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { base } from "../styles";

const LINES = `from picasso_tb import PicassoCallback

model.fit(x, y, epochs=5, callbacks=[
    PicassoCallback("logs/run", probes=images, labels=labels, class_names=names)])`;

/** Nothing to show yet: why, and the lines that change it. */
@customElement("picasso-empty-page")
export class EmptyPageElement extends LitElement {
  @property() heading = "";
  @property() text = "";
  /** How to log, shown where that is what is missing. */
  @property({ type: Boolean }) teaches = false;
  @state() private copied = false;

  static override styles = [
    base,
    css`
      :host { display: grid; place-content: center; min-height: 100%; padding: 24px 0; }
      .page { width: min(620px, calc(100vw - 48px)); }
      h2 { font: 400 20px/28px Roboto, "Helvetica Neue", Arial, sans-serif; margin-bottom: 8px; }
      .code { margin: 16px 0 12px; }
      .button { margin-right: 8px; }
    `,
  ];

  override render(): TemplateResult {
    return html`<div class="page">
      <div role="status">
        <h2>${this.heading}</h2>
        <p class="quiet">${this.text}</p>
      </div>
      ${
        this.teaches
          ? html`<pre class="code" tabindex="0">${LINES}</pre>
            <button class="button" @click=${this.copy}>${this.copied ? "Copied" : "Copy"}</button>
            <span class="quiet small">This page looks again every 30 s.</span>`
          : null
      }
    </div>`;
  }

  /** The clipboard is refused on plain http from another machine; selecting the lines is then the next best. */
  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(LINES);
      this.copied = true;
    } catch {
      const code = this.renderRoot.querySelector("pre");
      if (code) getSelection()?.selectAllChildren(code);
    }
  }
}
