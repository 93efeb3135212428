import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Arrangement } from "../logic/choice";
import { runColour } from "../logic/colour";
import { count } from "../logic/format";
import { checkpointOf } from "../logic/select";
import { candidatesOf, rowsOf } from "../logic/shown";
import { START, type State } from "../logic/state";
import { base, field } from "../styles";
import { act } from "./act";
import { numberShown } from "./captions";
import { segments } from "./controls";
import type { ProbeFinderElement } from "./probe-finder";
import "./add-button";
import "./probe-finder";

/** Over the gallery: what is shown and how, the way to add a picture, and which are shown in which order. */
@customElement("picasso-sub-bar")
export class SubBarElement extends LitElement {
  @property({ attribute: false }) state: State = START;
  @property({ type: Boolean }) dark = false;
  @query("picasso-probe-finder") private finder!: ProbeFinderElement;

  static override styles = [
    base,
    field,
    css`
      :host { display: flex; align-items: center; gap: 8px; min-height: 44px; padding: 6px 24px; flex-wrap: wrap; }
      .what { display: flex; align-items: center; gap: 8px; margin-right: auto; max-width: 100%; }
      .what b { font-weight: 500; max-width: 240px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      .what span { white-space: nowrap; }
      .dot { width: 10px; height: 10px; border-radius: 50%; flex: none; }
      @media (max-width: 960px) { :host { padding: 6px 12px; } }
    `,
  ];

  override render(): TemplateResult {
    const { state } = this;
    return html`
      ${this.what()}
      ${segments<Arrangement>({
        label: "Tiles",
        options: [
          { value: "pair", label: "Pair" },
          { value: "map", label: "Map" },
          { value: "picture", label: "Picture" },
        ],
        value: state.choice.arrangement,
        choose: (arrangement) => act(this, { type: "choose", choice: { arrangement } }),
      })}
      <picasso-add-button compact .state=${state}></picasso-add-button>
      <picasso-probe-finder .state=${state}></picasso-probe-finder>
    `;
  }

  /** For the key that searches. */
  search(): void {
    this.finder.search();
  }

  private what(): TemplateResult {
    const { state } = this;
    const { run } = state.choice;
    const step = checkpointOf(state)?.step ?? null;
    return html`<div class="what">
      <span class="dot" style="background:${runColour(state.knownRuns.indexOf(run ?? ""), this.dark)}"></span>
      <b title=${run ?? ""}>${run}</b>
      ${step === null ? null : html`<span>step ${count(step)}</span>`}
      <span class="quiet" role="status">${numberShown(rowsOf(state).length, candidatesOf(state).length)}</span>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "picasso-sub-bar": SubBarElement;
  }
}
