import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Choice, Filter, Order } from "../logic/choice";
import { comparedColumns } from "../logic/columns";
import { className, givesNumber, modelOf, visualizationOf } from "../logic/select";
import { candidatesOf, CONFIDENT, type Shown } from "../logic/shown";
import { START, type State } from "../logic/state";
import { base, field } from "../styles";
import { act } from "./act";
import { dropdown, segments, type Option } from "./controls";
import { search } from "./icons";

/** An option that is offered where it has a meaning, or is chosen already. */
interface Offer<T> extends Option<T> {
  needed?: boolean;
}

/** Which of the view's probes are shown, and in which order: part of the bar of every view of several probes. */
@customElement("picasso-probe-finder")
export class ProbeFinderElement extends LitElement {
  @property({ attribute: false }) state: State = START;
  /** Where there is little room the filters are a list. */
  @property({ type: Boolean, reflect: true }) compact = false;
  @query("input[type=search]") private searchField!: HTMLInputElement;

  static override styles = [
    base,
    field,
    css`
      :host { display: contents; }
      @media (min-width: 961px) { :host([compact]) { display: flex; gap: 8px; } }
      select { width: auto; max-width: 112px; }
      .find {
        display: flex; align-items: center; gap: 6px; height: 24px; width: 108px; padding: 0 6px;
        border: 1px solid var(--line); border-radius: 3px; background: var(--surface); color: var(--text-3);
      }
      .find:focus-within { outline: 2px solid var(--focus); outline-offset: 1px; }
      .find input { flex: 1; min-width: 0; border: 0; padding: 0; outline: none; background: none; color: var(--text); }
      .find input::placeholder { color: var(--text-3); opacity: 1; }
    `,
  ];

  override render(): TemplateResult {
    const { choice } = this.state;
    const shown = candidatesOf(this.state);
    const filters = {
      label: "Show",
      options: this.filters(shown),
      value: choice.filter,
      choose: (filter: Filter) => this.choose({ filter }),
    };
    return html`
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
      ${this.compact ? dropdown(filters) : segments(filters)} ${this.labels(shown)}
      ${dropdown<Order>({
        label: "Order",
        options: this.orders(),
        value: choice.order,
        choose: (order) => this.choose({ order }),
      })}
    `;
  }

  /** For the key that searches. */
  search(): void {
    this.searchField.select();
    this.searchField.focus();
  }

  private filters(shown: readonly Shown[]): Option<Filter>[] {
    const wrong = shown.filter((one) => one.wrong);
    const confident = wrong.filter((one) => (one.prediction?.probability ?? 0) >= CONFIDENT);
    const added = shown.filter((one) => one.probe.uploaded);
    const least = `${Math.round(100 * CONFIDENT)} %`;
    const offers: Offer<Filter>[] = [
      { value: "all", label: `All ${shown.length}` },
      { value: "wrong", label: `Wrong ${wrong.length}`, needed: this.predicts },
      {
        value: "confident-wrong",
        label: `Confidently wrong ${confident.length}`,
        title: `Wrong, with a probability of at least ${least}`,
        needed: this.predicts,
      },
      { value: "no-effect", label: `No effect ${shown.filter((one) => one.noEffect).length}`, needed: this.drawsMap },
      { value: "uploaded", label: `Added ${added.length}`, needed: added.length > 0 },
    ];
    return offered(offers, this.state.choice.filter);
  }

  private orders(): Option<Order>[] {
    const { columns, order } = this.state.choice;
    const offers: Offer<Order>[] = [
      { value: "different", label: "Most different first", needed: comparedColumns(this.state) !== null },
      { value: "logged", label: "As logged" },
      { value: "confidence", label: "Most confident", needed: this.predicts },
      { value: "peak", label: "Highest peak", needed: this.drawsMap },
      {
        value: "change",
        label: "Most changed since the last checkpoint",
        needed: columns === "none" || columns === "checkpoints",
      },
    ];
    return offered(offers, order);
  }

  private labels(shown: readonly Shown[]): TemplateResult | null {
    const { label } = this.state.choice;
    const labels = new Set(shown.flatMap(({ probe }) => (probe.label === null ? [] : [probe.label])));
    if (labels.size < 2 && label === null) return null;
    const sorted = [...labels].sort((one, other) => one - other);
    return dropdown<number | null>({
      label: "True label",
      options: [
        { value: null, label: "Any label" },
        ...sorted.map((value) => ({ value, label: `True ${className(modelOf(this.state), value)}` })),
      ],
      value: label,
      choose: (chosen) => this.choose({ label: chosen }),
    });
  }

  /** One plain value is neither wrong nor confident. */
  private get predicts(): boolean {
    return !givesNumber(modelOf(this.state));
  }

  private get drawsMap(): boolean {
    return visualizationOf(this.state)?.draws_map !== false;
  }

  private choose(choice: Partial<Choice>): void {
    act(this, { type: "choose", choice });
  }
}

function offered<T>(offers: readonly Offer<T>[], chosen: T): Option<T>[] {
  return offers.filter(({ value, needed = true }) => needed || value === chosen);
}

declare global {
  interface HTMLElementTagNameMap {
    "picasso-probe-finder": ProbeFinderElement;
  }
}
