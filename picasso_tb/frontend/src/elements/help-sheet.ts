import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { SHEET, type Group, type Row } from "../logic/keys";
import { base } from "../styles";
import { close } from "./icons";

/** All keys, in a dialog. Sends `close` when it is closed, by whatever way. */
@customElement("picasso-help-sheet")
export class HelpSheetElement extends LitElement {
  @property({ type: Boolean }) open = false;
  @query("dialog") private dialog!: HTMLDialogElement;

  static override styles = [
    base,
    css`
      dialog {
        width: min(760px, calc(100vw - 32px)); max-height: calc(100vh - 32px); padding: 0; border: 0; overflow: auto;
        border-radius: 4px; background: var(--surface); color: var(--text); box-shadow: var(--shadow);
      }
      dialog::backdrop { background: rgba(0, 0, 0, 0.42); }
      .sheet { padding: 20px 24px 24px; }
      .title { display: flex; align-items: center; margin-bottom: 12px; }
      h2 { font-size: 18px; line-height: 24px; font-weight: 400; flex: 1; }
      h3 { font: inherit; font-weight: 500; margin-bottom: 4px; }
      .groups { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); gap: 20px 40px; }
      dl > div {
        display: flex; align-items: center; gap: 8px; min-height: 29px; border-bottom: 1px solid var(--line);
      }
      dt { flex: 1; }
      dd { display: flex; gap: 4px; }
      kbd {
        min-width: 20px; padding: 0 5px; border: 1px solid var(--edge); border-radius: 3px; text-align: center;
        font: 12px/18px "Roboto Mono", ui-monospace, Menlo, monospace;
      }
      p { margin-top: 16px; }
    `,
  ];

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @close=${this.closed} @click=${this.outside} @keydown=${this.key}>
      ${this.open ? this.sheet() : null}
    </dialog>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has("open") || this.open === this.dialog.open) return;
    if (this.open) this.dialog.showModal();
    else this.dialog.close();
  }

  private sheet(): TemplateResult {
    return html`<div class="sheet">
      <div class="title">
        <h2 id="title">Keyboard</h2>
        <button class="icon" aria-label="Close" autofocus @click=${() => this.dialog.close()}>${close}</button>
      </div>
      <div class="groups">${SHEET.map((group) => this.group(group))}</div>
      <p class="small quiet">
        No key acts while a field has the focus. Double click or Enter inspects a probe; click, Shift and Ctrl select.
        Where less motion is asked for, Space goes one checkpoint on instead of playing.
      </p>
    </div>`;
  }

  private group({ title, rows }: Group): TemplateResult {
    return html`<section aria-label=${title}>
      <h3>${title}</h3>
      <dl>${rows.map((row) => this.row(row))}</dl>
    </section>`;
  }

  private row({ words, keys }: Row): TemplateResult {
    return html`<div>
      <dt>${words}</dt>
      <dd>${keys.flatMap(({ caps }) => caps.map((cap) => html`<kbd>${cap}</kbd>`))}</dd>
    </div>`;
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "?") this.dialog.close();
    event.stopPropagation();
  }

  /** The dialog itself is hit only beside its sheet. */
  private outside(event: Event): void {
    if (event.target === this.dialog) this.dialog.close();
  }

  private closed(): void {
    this.dispatchEvent(new Event("close"));
  }
}
