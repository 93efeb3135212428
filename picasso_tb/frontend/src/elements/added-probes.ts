import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ProbeInfo } from "../api-types";
import { base } from "../styles";
import { act } from "./act";
import { close } from "./icons";

/** The pictures that were added here, and the way to remove each: no button may be inside an option of the gallery. */
@customElement("picasso-added-probes")
export class AddedProbesElement extends LitElement {
  @property({ attribute: false }) probes: readonly ProbeInfo[] = [];

  static override styles = [
    base,
    css`
      :host { display: block; }
      ul { display: flex; flex-wrap: wrap; gap: 4px 8px; margin-bottom: 12px; font-size: 12px; line-height: 16px; }
      li { display: flex; align-items: center; padding-left: 8px; border: 1px solid var(--line); border-radius: 3px; }
      .name { max-width: 200px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    `,
  ];

  override render(): TemplateResult | null {
    if (!this.probes.length) return null;
    return html`<ul aria-label="Added pictures">
      ${this.probes.map(
        ({ id, name }) => html`<li>
          <span class="name" title=${name}>${name}</span>
          <button
            class="icon"
            aria-label="Remove ${name}"
            title="Remove this picture"
            @click=${() => act(this, { type: "forget", probe: id })}
          >
            ${close}
          </button>
        </li>`,
      )}
    </ul>`;
  }
}
