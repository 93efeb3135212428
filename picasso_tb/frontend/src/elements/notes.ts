import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { plural } from "../logic/format";
import { saturated, viewNotes, type SingleNote } from "../logic/notes";
import { START, type State } from "../logic/state";
import { base } from "../styles";
import { act } from "./act";

/** Every fallback of the maps in view, in passing; cautions and what concerns single probes in a box. */
@customElement("picasso-notes")
export class NotesElement extends LitElement {
  @property({ attribute: false }) state: State = START;

  static override styles = [
    base,
    css`
      :host { display: block; font-size: 12px; line-height: 16px; }
      .note {
        border-color: var(--edge); background: var(--sunken); max-width: 960px; margin-bottom: 12px; padding: 6px 12px;
      }
      .quiet { margin-bottom: 8px; }
      .note > * + * { margin-top: 4px; }
      summary { cursor: pointer; }
      ul { max-height: 160px; overflow: auto; }
      li { list-style: none; margin-top: 4px; }
      .button { height: 24px; padding: 0 8px; margin-left: 8px; }
    `,
  ];

  override render(): TemplateResult {
    const { common, single } = viewNotes(this.state);
    const hidden = saturated(this.state);
    return html`${common.map((text) => html`<p class="quiet">${text}</p>`)}
    ${single.length || hidden ? this.box(single, hidden) : null}`;
  }

  private box(single: readonly SingleNote[], hidden: number): TemplateResult {
    return html`<div class="note" role="note">
      ${
        hidden
          ? html`<p>
            ${plural(hidden, "probe")} with a probability near 1 and no effect: so sure a probability can hide one.
            <button class="button" @click=${() => act(this, { type: "setting", name: "score", value: "logit" })}>
              Map the logit
            </button>
          </p>`
          : null
      }
      ${
        single.length
          ? html`<details>
            <summary>${plural(single.length, "note")} on single probes</summary>
            <ul>
              ${single.map((note) => html`<li><b>${note.of}</b> ${note.text}</li>`)}
            </ul>
          </details>`
          : null
      }
    </div>`;
  }
}
