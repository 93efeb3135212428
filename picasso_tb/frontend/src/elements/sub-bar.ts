import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { ModelInfo } from "../api-types";
import type { Arrangement, Choice, Filter, Order } from "../logic/choice";
import { count, plural } from "../logic/format";
import { className } from "../logic/select";
import { CONFIDENT, type Shown } from "../logic/shown";
import { base, field } from "../styles";
import { act } from "./act";
import { dropdown, segments, type Option } from "./controls";
import { search } from "./icons";
import "./add-button";

const ORDERS: readonly Option<Order>[] = [
  { value: "logged", label: "As logged" },
  { value: "confidence", label: "Most confident" },
  { value: "peak", label: "Highest peak" },
  { value: "change", label: "Most changed since the last checkpoint" },
];

/** What is shown, which of it, in which order; and the way to add a picture. */
@customElement("picasso-sub-bar")
export class SubBarElement extends LitElement {
  @property({ attribute: false }) choice!: Choice;
  @property() colour = "";
  @property({ attribute: false }) step: number | null = null;
  @property({ attribute: false }) model: ModelInfo | null = null;
  /** All probes, of which search and filters leave `left`. */
  @property({ attribute: false }) shown: readonly Shown[] = [];
  @property({ type: Number }) left = 0;
  @property({ type: Boolean }) drawsMap = true;
  @property({ type: Boolean }) canUpload = true;
  @property({ type: Number }) uploading = 0;
  @query("input[type=search]") private searchField!: HTMLInputElement;

  static override styles = [
    base,
    field,
    css`
      :host { display: flex; align-items: center; gap: 8px; min-height: 44px; padding: 6px 24px; flex-wrap: wrap; }
      .what { display: flex; align-items: center; gap: 8px; margin-right: auto; max-width: 100%; }
      .what b { font-weight: 500; max-width: 240px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      .what span { white-space: nowrap; }
      .dot { width: 10px; height: 10px; border-radius: 50%; flex: none; }
      select { width: auto; max-width: 96px; }
      .find {
        display: flex; align-items: center; gap: 6px; height: 24px; width: 108px; padding: 0 6px;
        border: 1px solid var(--line); border-radius: 3px; background: var(--surface); color: var(--text-3);
      }
      .find:focus-within { outline: 2px solid var(--focus); outline-offset: 1px; }
      .find input { flex: 1; min-width: 0; border: 0; padding: 0; outline: none; background: none; color: var(--text); }
      .find input::placeholder { color: var(--text-3); opacity: 1; }
      @media (max-width: 960px) { :host { padding: 6px 12px; } }
    `,
  ];

  override render(): TemplateResult {
    const { choice, canUpload } = this;
    return html`
      ${this.what()} ${canUpload ? html`<picasso-add-button .adding=${this.uploading}></picasso-add-button>` : null}
      <label class="find">
        ${search}
        <input
          type="search"
          placeholder="Search"
          aria-label="Search probes by name or class"
          .value=${choice.search}
          @input=${(event: Event) => this.choose({ search: (event.target as HTMLInputElement).value })}
        />
      </label>
      ${segments<Filter>({
        label: "Show",
        options: this.filters(),
        value: choice.filter,
        choose: (filter) => this.choose({ filter }),
      })}
      ${this.labels()}
      ${dropdown<Order>({
        label: "Order",
        options: this.drawsMap ? ORDERS : ORDERS.filter((one) => one.value !== "peak"),
        value: choice.order,
        choose: (order) => this.choose({ order }),
      })}
      ${segments<Arrangement>({
        label: "Tiles",
        options: [
          { value: "pair", label: "Pair" },
          { value: "map", label: "Map" },
          { value: "picture", label: "Picture" },
        ],
        value: choice.arrangement,
        choose: (arrangement) => this.choose({ arrangement }),
      })}
    `;
  }

  /** For the key that searches. */
  search(): void {
    this.searchField.select();
    this.searchField.focus();
  }

  private what(): TemplateResult {
    const { choice, step, shown, left } = this;
    const some = left < shown.length ? `${count(left)} of ` : "";
    return html`<div class="what">
      <span class="dot" style="background:${this.colour}"></span>
      <b title=${choice.run ?? ""}>${choice.run}</b>
      ${step === null ? null : html`<span>step ${count(step)}</span>`}
      <span class="quiet" role="status">${some}${plural(shown.length, "probe")}</span>
    </div>`;
  }

  private filters(): Option<Filter>[] {
    const { shown } = this;
    const wrong = shown.filter((one) => one.wrong);
    const confident = wrong.filter((one) => (one.prediction?.probability ?? 0) >= CONFIDENT);
    const added = shown.filter((one) => one.probe.uploaded);
    const least = `${Math.round(100 * CONFIDENT)} %`;
    const options: (Option<Filter> & { needed?: boolean })[] = [
      { value: "all", label: `All ${shown.length}` },
      { value: "wrong", label: `Wrong ${wrong.length}` },
      {
        value: "confident-wrong",
        label: `Confidently wrong ${confident.length}`,
        title: `Wrong, with a probability of at least ${least}`,
      },
      { value: "no-effect", label: `No effect ${shown.filter((one) => one.noEffect).length}`, needed: this.drawsMap },
      { value: "uploaded", label: `Added ${added.length}`, needed: added.length > 0 },
    ];
    return options.filter(({ value, needed = true }) => needed || value === this.choice.filter);
  }

  private labels(): TemplateResult | null {
    const labels = new Set(this.shown.flatMap(({ probe }) => (probe.label === null ? [] : [probe.label])));
    if (labels.size < 2) return null;
    const sorted = [...labels].sort((one, other) => one - other);
    return dropdown<number | null>({
      label: "True label",
      options: [
        { value: null, label: "Any label" },
        ...sorted.map((value) => ({ value, label: `True ${className(this.model, value)}` })),
      ],
      value: this.choice.label,
      choose: (label) => this.choose({ label }),
    });
  }

  private choose(choice: Partial<Choice>): void {
    act(this, { type: "choose", choice });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "picasso-sub-bar": SubBarElement;
  }
}
