import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { ProbeInfo } from "../api-types";
import { base } from "../styles";
import { act } from "./act";
import { close, pencil } from "./icons";
import "./picture-dialog";

/**
 * The pictures that were added here: to find, to name and to remove each. No button may be inside an option of the
 * gallery. Sends `find` with the probe.
 */
@customElement("picasso-added-probes")
export class AddedProbesElement extends LitElement {
  @property({ attribute: false }) probes: readonly ProbeInfo[] = [];
  @property() run = "";
  @state() private edited: ProbeInfo | null = null;

  static override styles = [
    base,
    css`
      :host { display: block; }
      ul { display: flex; flex-wrap: wrap; gap: 4px 8px; margin-bottom: 12px; font-size: 12px; line-height: 16px; }
      li { display: flex; align-items: center; padding-left: 4px; border: 1px solid var(--line); border-radius: 3px; }
      .name {
        max-width: 200px; padding: 2px 4px; border: 0; background: none; overflow: hidden; text-overflow: ellipsis;
        white-space: nowrap;
      }
      .name:hover { text-decoration: underline; }
    `,
  ];

  override render(): TemplateResult | null {
    if (!this.probes.length) return null;
    return html`<ul aria-label="Added pictures">
        ${this.probes.map((probe) => this.chip(probe))}
      </ul>
      <picasso-picture-dialog .probe=${this.edited} .run=${this.run} @close=${() => (this.edited = null)}></picasso-picture-dialog>`;
  }

  private chip(probe: ProbeInfo): TemplateResult {
    const { id, name } = probe;
    const find = (): boolean => this.dispatchEvent(new CustomEvent("find", { detail: id }));
    return html`<li>
      <button class="name" title="Show ${name}" @click=${find}>${name}</button>
      <button
        class="icon"
        aria-label="Edit ${name}"
        title="Name and region"
        @click=${() => (this.edited = probe)}
      >
        ${pencil}
      </button>
      <button
        class="icon"
        aria-label="Remove ${name}"
        title="Remove this picture"
        @click=${() => act(this, { type: "forget", probe: id })}
      >
        ${close}
      </button>
    </li>`;
  }
}
