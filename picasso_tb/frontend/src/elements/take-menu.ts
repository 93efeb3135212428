import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { ProbeInfo } from "../api-types";
import type { Loader } from "../loader";
import { columnsOf } from "../logic/columns";
import { START, type State } from "../logic/state";
import { base } from "../styles";
import { download } from "./icons";
import "./take-away";

/** All that a view shows, to take away: a button, and what it can be taken as. */
@customElement("picasso-take-menu")
export class TakeMenuElement extends LitElement {
  @property({ attribute: false }) state: State = START;
  @property({ attribute: false }) loader!: Loader;
  @property({ attribute: false }) probes: readonly ProbeInfo[] = [];
  @state() private opened = false;

  static override styles = [
    base,
    css`
      :host { display: block; position: relative; }
      .menu {
        position: absolute; right: 0; top: 32px; z-index: 6; width: max-content; max-width: min(480px, 90vw); padding: 12px;
        border-radius: 4px; background: var(--surface); box-shadow: var(--shadow);
      }
      .menu p { margin-bottom: 8px; }
    `,
  ];

  override render(): TemplateResult {
    return html`<button class="button" aria-expanded=${this.opened} @click=${() => (this.opened = !this.opened)}>
        ${download}Take away
      </button>
      ${this.opened ? this.menu() : null}`;
  }

  private menu(): TemplateResult {
    return html`<div class="menu" @keydown=${this.key}>
      <p class="quiet">All maps of this view that are computed</p>
      <picasso-take-away
        .state=${this.state}
        .loader=${this.loader}
        .columns=${columnsOf(this.state)}
        .probes=${this.probes}
      ></picasso-take-away>
    </div>`;
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.opened = false;
    this.renderRoot.querySelector("button")?.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "picasso-take-menu": TakeMenuElement;
  }
}
