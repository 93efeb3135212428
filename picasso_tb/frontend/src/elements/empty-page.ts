import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { copy } from "../deliver";
import { START, type State } from "../logic/state";
import { base } from "../styles";
import "./add-button";

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
  /** Whether a picture that is added changes it. */
  @property({ type: Boolean }) takesPictures = false;
  @property({ attribute: false }) state: State = START;
  @state() private copied = false;

  static override styles = [
    base,
    css`
      :host { display: grid; place-content: center; min-height: 100%; padding: 24px 0; }
      .page { width: min(620px, calc(100vw - 48px)); }
      h2 { font: 400 20px/28px Roboto, "Helvetica Neue", Arial, sans-serif; margin-bottom: 8px; }
      .code { margin: 16px 0 12px; }
      .button { margin-right: 8px; }
      picasso-add-button { display: block; margin-top: 12px; }
    `,
  ];

  override render(): TemplateResult {
    return html`<div class="page">
      <div role="status">
        <h2>${this.heading}</h2>
        <p class="quiet">${this.text}</p>
      </div>
      ${this.takesPictures ? html`<picasso-add-button .state=${this.state}></picasso-add-button>` : null}
      ${
        this.teaches
          ? html`<pre class="code" tabindex="0">${LINES}</pre>
            <button class="button" @click=${this.copy}>${this.copied ? "Copied" : "Copy"}</button>
            <span class="quiet small">This page looks again every 30 s.</span>`
          : null
      }
    </div>`;
  }

  /** Where the browser does not let us copy, selecting the lines is the next best. */
  private async copy(): Promise<void> {
    this.copied = await copy(LINES);
    const code = this.renderRoot.querySelector("pre");
    if (!this.copied && code) getSelection()?.selectAllChildren(code);
  }
}
