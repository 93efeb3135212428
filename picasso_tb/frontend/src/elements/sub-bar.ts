import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Arrangement, Filter, Order } from "../logic/choice";
import { count, plural } from "../logic/format";
import { base, field } from "../styles";
import { act } from "./act";
import { dropdown, segments } from "./controls";
import { add } from "./icons";

/** What is shown, which of it, in which order; and the way to add a picture. */
@customElement("picasso-sub-bar")
export class SubBarElement extends LitElement {
  @property() run = "";
  @property() colour = "";
  @property({ attribute: false }) step: number | null = null;
  @property({ type: Number }) probes = 0;
  @property({ type: Number }) wrong = 0;
  @property({ type: Number }) noEffect = 0;
  @property() filter: Filter = "all";
  @property() order: Order = "logged";
  @property() arrangement: Arrangement = "pair";
  @property({ type: Boolean }) drawsMap = true;
  @property({ type: Boolean }) canUpload = true;
  @property({ type: Number }) uploading = 0;

  static override styles = [
    base,
    field,
    css`
      :host { display: flex; align-items: center; gap: 8px 12px; min-height: 44px; padding: 6px 24px; flex-wrap: wrap; }
      .what { display: flex; align-items: center; gap: 8px; flex: 1 0 auto; max-width: 100%; }
      .what b { font-weight: 500; max-width: 240px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      .what span { white-space: nowrap; }
      .dot { width: 10px; height: 10px; border-radius: 50%; flex: none; }
      select { width: auto; }
      .button { height: 24px; padding: 0 8px; position: relative; font-size: 12px; }
      .button:focus-within { outline: 2px solid var(--focus); outline-offset: 1px; }
      .button input { position: absolute; inset: 0; opacity: 0; width: 100%; cursor: pointer; font-size: 0; }
      @media (max-width: 960px) { :host { padding: 6px 12px; } }
      @media (max-width: 760px) { .button span { display: none; } }
    `,
  ];

  override render(): TemplateResult {
    return html`
      <div class="what">
        <span class="dot" style="background:${this.colour}"></span>
        <b title=${this.run}>${this.run}</b>
        ${this.step === null ? null : html`<span>step ${count(this.step)}</span>`}
        <span class="quiet">${plural(this.probes, "probe")}</span>
      </div>
      ${this.canUpload ? this.upload() : null}
      ${segments<Filter>({
        label: "Show",
        options: [
          { value: "all", label: `All ${this.probes}` },
          { value: "wrong", label: `Wrong ${this.wrong}` },
          ...(this.drawsMap ? [{ value: "no-effect" as const, label: `No effect ${this.noEffect}` }] : []),
        ],
        value: this.filter,
        choose: (filter) => act(this, { type: "choose", choice: { filter } }),
      })}
      ${dropdown<Order>({
        label: "Order",
        options: [
          { value: "logged", label: "As logged" },
          { value: "confidence", label: "By confidence" },
          { value: "peak", label: "By peak" },
        ],
        value: this.order,
        choose: (order) => act(this, { type: "choose", choice: { order } }),
      })}
      ${segments<Arrangement>({
        label: "Tiles",
        options: [
          { value: "pair", label: "Pair" },
          { value: "map", label: "Map" },
          { value: "picture", label: "Picture" },
        ],
        value: this.arrangement,
        choose: (arrangement) => act(this, { type: "choose", choice: { arrangement } }),
      })}
    `;
  }

  private upload(): TemplateResult {
    return html`<label class="button">
      ${add}<span>${this.uploading ? "Adding ..." : "Add picture"}</span>
      <input type="file" accept="image/*" multiple aria-label="Add picture" @change=${this.chosen} />
    </label>`;
  }

  private chosen(event: Event): void {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length) act(this, { type: "upload", files });
  }
}
