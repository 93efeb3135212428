import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { plural } from "../logic/format";
import { START, type State } from "../logic/state";
import { base } from "../styles";
import { act } from "./act";
import { add } from "./icons";

/** Chooses picture files to add. */
@customElement("picasso-add-button")
export class AddButtonElement extends LitElement {
  @property({ attribute: false }) state: State = START;
  /** Where there is little room it has no words to see. */
  @property({ type: Boolean }) compact = false;

  static override styles = [
    base,
    css`
      .button { height: 24px; padding: 0 8px; position: relative; font-size: 12px; }
      .button:focus-within { outline: 2px solid var(--focus); outline-offset: 1px; }
      input { position: absolute; inset: 0; opacity: 0; width: 100%; cursor: pointer; font-size: 0; }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { uploading: adding, catalogue } = this.state;
    if (!catalogue?.compute.available) return nothing;
    return html`<label class="button" title="Add a picture: choose files, drop them anywhere, or paste one">
      ${add}<span class=${this.compact ? "unseen" : ""}>${adding ? "Adding ..." : "Add picture"}</span>
      <input type="file" accept="image/*" multiple aria-label="Add picture" @change=${this.chosen} />
      <span class="unseen" role="status">${adding ? `Adding ${plural(adding, "picture")}` : ""}</span>
    </label>`;
  }

  private chosen(event: Event): void {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length) act(this, { type: "upload", files });
  }
}
