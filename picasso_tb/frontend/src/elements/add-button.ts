import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { plural } from "../logic/format";
import { base } from "../styles";
import { act } from "./act";
import { add } from "./icons";

/** Chooses picture files to add. */
@customElement("picasso-add-button")
export class AddButtonElement extends LitElement {
  /** Uploads under way. */
  @property({ type: Number }) adding = 0;

  static override styles = [
    base,
    css`
      .button { height: 24px; padding: 0 8px; position: relative; font-size: 12px; }
      .button:focus-within { outline: 2px solid var(--focus); outline-offset: 1px; }
      input { position: absolute; inset: 0; opacity: 0; width: 100%; cursor: pointer; font-size: 0; }
    `,
  ];

  override render(): TemplateResult {
    return html`<label class="button" title="Or drop pictures anywhere, or paste one">
      ${add}<span>${this.adding ? "Adding ..." : "Add picture"}</span>
      <input type="file" accept="image/*" multiple aria-label="Add picture" @change=${this.chosen} />
      <span class="unseen" role="status">${this.adding ? `Adding ${plural(this.adding, "picture")}` : ""}</span>
    </label>`;
  }

  private chosen(event: Event): void {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length) act(this, { type: "upload", files });
  }
}
