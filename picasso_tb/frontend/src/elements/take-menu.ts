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

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("pointerdown", this.pressed);
    this.addEventListener("keydown", this.key);
    this.addEventListener("focusout", this.left);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("pointerdown", this.pressed);
    this.removeEventListener("keydown", this.key);
    this.removeEventListener("focusout", this.left);
  }

  override render(): TemplateResult {
    return html`<button class="button" aria-expanded=${this.opened} @click=${() => (this.opened = !this.opened)}>
        ${download}Take away
      </button>
      ${this.opened ? this.menu() : null}`;
  }

  private menu(): TemplateResult {
    return html`<div class="menu">
      <p class="quiet">All maps of this view that are computed</p>
      <picasso-take-away
        .state=${this.state}
        .loader=${this.loader}
        .columns=${columnsOf(this.state)}
        .probes=${this.probes}
      ></picasso-take-away>
    </div>`;
  }

  private readonly pressed = (event: PointerEvent): void => {
    if (!event.composedPath().includes(this)) this.opened = false;
  };

  /** Only to something else of the view: what is copied takes the focus for a moment. */
  private readonly left = ({ relatedTarget }: FocusEvent): void => {
    if (relatedTarget instanceof Node && this.getRootNode().contains(relatedTarget)) this.opened = false;
  };

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.opened) return;
    event.preventDefault();
    event.stopPropagation();
    this.opened = false;
    this.renderRoot.querySelector("button")?.focus();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "picasso-take-menu": TakeMenuElement;
  }
}
