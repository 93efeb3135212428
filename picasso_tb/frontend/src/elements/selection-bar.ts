import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Loader } from "../loader";
import type { Choice } from "../logic/choice";
import { columnsOf } from "../logic/columns";
import { count } from "../logic/format";
import { probesOf } from "../logic/select";
import { START, type State } from "../logic/state";
import { base } from "../styles";
import { act } from "./act";
import { close } from "./icons";
import "./take-away";

/** What can be done with the selected probes; it floats over the gallery. */
@customElement("picasso-selection-bar")
export class SelectionBarElement extends LitElement {
  @property({ attribute: false }) selected: readonly string[] = [];
  @property({ attribute: false }) state: State = START;
  @property({ attribute: false }) loader!: Loader;

  static override styles = [
    base,
    css`
      :host {
        position: absolute; bottom: 16px; left: 50%; transform: translateX(-50%); z-index: 2; width: max-content;
        max-width: calc(100% - 24px);
      }
      div {
        display: flex; align-items: center; justify-content: center; gap: 8px; flex-wrap: wrap; padding: 8px 8px 8px 16px;
        border-radius: 4px; background: var(--surface); box-shadow: var(--shadow);
      }
      span { margin-right: 4px; white-space: nowrap; }
    `,
  ];

  override render(): TemplateResult | null {
    const { selected, state } = this;
    const runs = state.runs?.runs.length ?? 1;
    if (!selected.length) return null;
    return html`<div role="toolbar" aria-label="Selected probes">
      <span role="status">${count(selected.length)} selected</span>
      ${this.button("Over time", { view: "grid", columns: "checkpoints" })}
      ${runs > 1 ? this.button("Between runs", { view: "grid", columns: "runs" }) : null}
      ${this.button("Inspect", { view: "inspect", inspected: selected[0] ?? null })}
      <picasso-take-away
        .state=${state}
        .loader=${this.loader}
        .columns=${columnsOf(state)}
        .probes=${probesOf(state).filter((probe) => selected.includes(probe.id))}
      ></picasso-take-away>
      <button
        class="icon"
        aria-label="Clear the selection"
        title="Clear the selection"
        @click=${() => act(this, { type: "choose", choice: { selected: [] } })}
      >
        ${close}
      </button>
    </div>`;
  }

  private button(label: string, choice: Partial<Choice>): TemplateResult {
    return html`<button class="button" @click=${() => act(this, { type: "choose", choice })}>${label}</button>`;
  }
}
