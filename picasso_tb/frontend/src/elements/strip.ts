import { html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { ProbeInfo } from "../api-types";
import type { Loader } from "../loader";
import type { Across, Display, Spacing } from "../logic/choice";
import type { Command } from "../logic/keys";
import { rangeOf, sameRange, scrollInto, sheetOf, type Range, type Sheet, type Sight } from "../logic/sheet";
import { base, field } from "../styles";
import { act } from "./act";
import type { Line, LineChartElement } from "./line-chart";
import { stripChart } from "./strip-chart";
import { headHeight, marks, stripHead, type StripColumn } from "./strip-head";
import { keyTarget, type Place } from "./strip-keys";
import { stripRow, tip, type CellOf, type Pinned } from "./strip-row";
import { stripStyle } from "./strip-style";

/**
 * Probes down, columns across, under a header and beside a first column that stay: a grid of which only what is in
 * sight is drawn. Arrow keys move in it, Enter inspects. Tells the focused probe as `focused`.
 */
@customElement("picasso-strip")
export class StripElement extends LitElement {
  @property({ attribute: false }) columns: readonly StripColumn[] = [];
  @property({ attribute: false }) probes: readonly ProbeInfo[] = [];
  /** Of the probes. */
  @property() run = "";
  @property() across: Across = "checkpoints";
  @property() spacing: Spacing = "checkpoint";
  @property({ attribute: false }) loader!: Loader;
  @property({ attribute: false }) display!: Display;
  /** The two columns compared, by their places. */
  @property({ attribute: false }) compared: readonly number[] = [];
  @property({ attribute: false }) pinned: Pinned | null = null;
  /** The column from which on maps respond, -1 where there is none to mark; and the sentence. */
  @property({ type: Number }) onset = -1;
  @property() sentence = "";
  /** What the bars in the header are. */
  @property() strength = "";
  @property({ attribute: false }) lines: readonly Line[] = [];
  @property() chartName = "";
  @property({ type: Boolean }) dark = false;
  @state() private range: Range = { rows: [0, 0], columns: [0, 0] };
  @state() private focused: Place = { row: 0, column: 0 };
  @state() private hovered: (Place & { x: number; y: number }) | null = null;
  @state() private sight: Sight = { top: 0, left: 0, height: 0, width: 0 };
  @query("picasso-line-chart") private lineChart!: LineChartElement | null;
  private sheet: Sheet = sheetOf({
    width: 0,
    height: 0,
    steps: null,
    columns: 0,
    probes: [],
    compares: false,
    explains: false,
  });
  private frame = 0;
  private told = "";
  private readonly resized = new ResizeObserver(() => this.measure());

  static override styles = [base, field, stripStyle];

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
    this.addEventListener("scroll", this.scrolled);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
    this.removeEventListener("scroll", this.scrolled);
    cancelAnimationFrame(this.frame);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("probes")) this.keepFocus(changed.get("probes") as readonly ProbeInfo[] | undefined);
    this.arrange();
    const range = rangeOf(this.sight, this.sheet.rows, this.sheet.layout);
    const moved = !sameRange(range, this.range);
    if (moved) this.range = range;
    if (moved || changed.has("columns") || changed.has("probes")) this.tellSight();
  }

  /** The keyboard stays at its probe, wherever that moves; where it left, at its place. */
  private keepFocus(before: readonly ProbeInfo[] = []): void {
    const { row } = this.focused;
    const moved = this.probes.findIndex((probe) => probe.id === before[row]?.id);
    this.focused = { ...this.focused, row: moved < 0 ? Math.min(row, this.probes.length - 1) : moved };
    this.hovered = null;
  }

  private arrange(): void {
    const { columns, probes, pinned } = this;
    const bySteps = this.across === "checkpoints" && this.spacing === "step";
    this.sheet = sheetOf({
      width: this.clientWidth - this.inset,
      height: this.sight.height,
      steps: bySteps ? columns.map(({ column }) => column.checkpoint.step) : null,
      columns: columns.length,
      probes,
      compares: pinned !== null,
      explains: pinned?.words !== undefined,
    });
  }

  override render(): TemplateResult {
    const { sheet, range, columns, probes, pinned } = this;
    const { first, layout, rows, total, words } = sheet;
    const [from, to] = range.rows;
    return html`<div
        class="sheet ${sheet.sticks ? "sticks" : sheet.below ? "below" : ""}"
        role="grid"
        aria-label="Maps"
        aria-rowcount=${probes.length + 1}
        aria-colcount=${columns.length + (pinned ? 2 : 1)}
        style="--first:${first}px;--width:${layout.width}px;--words:${words}px;--columns:${layout.total}px;width:max(100%,${total}px)"
        @keydown=${this.key}
        @focusin=${this.moved}
      >
        ${this.header()}
        <div class="rows" role="rowgroup" style="height:${rows.total}px">
          ${marks(columns, sheet, this.onset)}
          ${repeat(
            probes.slice(from, to),
            (probe) => probe.id,
            (_, offset) => this.row(from + offset),
          )}
        </div>
      </div>
      ${this.lines.length ? this.chart() : null}
      ${this.hovered ? tip(this.rowProps(this.hovered.row), columns[this.hovered.column], this.hovered) : null}`;
  }

  private header(): TemplateResult {
    const { columns, sheet, across, strength, onset, sentence, compared, focused } = this;
    return stripHead({
      columns,
      sheet,
      across,
      strength,
      onset,
      sentence,
      compared,
      drawn: this.range.columns,
      tab: focused.row < 0 ? focused.column : -1,
      pinned: this.pinned?.head ?? null,
      choose: (index) => this.emit("choose-column", index),
      compare: (index) => this.emit("compare-column", index),
    });
  }

  private rowProps(row: number): CellOf {
    const probe = this.probes[row];
    if (!probe) throw new Error(`Expected a row below ${this.probes.length}. Received: ${row}`);
    const { run, across, loader, display, sheet } = this;
    const { layout, first, heights } = sheet;
    return { probe, run, across, loader, display, width: layout.width, height: heights[row] ?? 0, first, row };
  }

  private row(row: number): TemplateResult {
    const { sheet, columns, pinned, focused } = this;
    const props = this.rowProps(row);
    return stripRow(
      { ...props, columns, drawn: this.range.columns, sheet, pinned, tab: focused.row === row ? focused.column : null },
      {
        hover: (event, index) => this.hover(event, row, index),
        leave: () => (this.hovered = null),
        inspect: (index) => this.emit("inspect-cell", { probe: props.probe.id, column: index }),
      },
    );
  }

  private chart(): TemplateResult {
    const { columns, sheet, sight, lines, chartName: name, dark } = this;
    const current = columns.findIndex(({ column }) => column.current);
    return stripChart({ sheet, sight, lines, name, current, dark, marks: marks(columns, sheet, this.onset) });
  }

  private readonly scrolled = (): void => {
    this.hovered = null;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.measure());
  };

  /** A scroll that shows no other rows or columns moves the chart only. */
  private measure(): void {
    const { sheet, lineChart: chart } = this;
    const bottom = chart?.parentElement?.offsetHeight ?? 0;
    const sight = {
      top: this.scrollTop,
      left: this.scrollLeft,
      height: Math.max(0, this.clientHeight - headHeight(this) - bottom),
      width: Math.max(0, this.clientWidth - this.inset - sheet.first - (sheet.sticks ? sheet.side : 0)),
    };
    const resized = sight.height !== this.sight.height || sight.width !== this.sight.width;
    if (resized || !sameRange(rangeOf(sight, sheet.rows, sheet.layout), this.range)) this.sight = sight;
    else Object.assign(this.sight, sight);
    if (chart) chart.from = sight.left;
  }

  /** The padding before the first column. */
  private get inset(): number {
    return parseFloat(getComputedStyle(this).paddingLeft) || 0;
  }

  /** What the header, the chart and the difference take away is known only once they are drawn. */
  protected override updated(): void {
    this.measure();
  }

  /** What is in sight is asked for first. */
  private tellSight(): void {
    const { rows, columns } = this.range;
    const ids = this.columns.slice(...columns).map((one) => one.column.id);
    const probes = this.probes.slice(...rows).map((probe) => probe.id);
    const told = JSON.stringify([ids, probes]);
    if (told === this.told) return;
    this.told = told;
    queueMicrotask(() => act(this, { type: "in-view", columns: ids, probes }));
  }

  private hover(event: PointerEvent, row: number, column: number): void {
    const { right, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    this.hovered = { row, column, x: right + 6, y: top + 12 };
  }

  private emit(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (!(event.target as HTMLElement).matches("[data-column]")) return; // what stands in a cell has keys of its own
    const { focused, columns, probes, pinned } = this;
    const size = { rows: probes.length, columns: columns.length, pinned: pinned !== null };
    const to = keyTarget(event.key, focused, size);
    const probe = probes[focused.row];
    if (to) void this.focusOn(to);
    else if (event.key === "Enter" && probe)
      this.emit("inspect-cell", { probe: probe.id, column: this.inspectedFrom(focused.column) });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** From the picture the first column is inspected, from a difference the first of the two. */
  private inspectedFrom(column: number): number {
    return column < this.columns.length ? Math.max(0, column) : (this.compared[0] ?? 0);
  }

  /** Does what a key asks for when nothing in the strip has the focus; false where that is not the strip's to do. */
  command(command: Command): boolean {
    const { row, column } = this.focused;
    const probe = this.probes[Math.max(0, row)];
    if (command === "previous-probe" || command === "next-probe") {
      const next = Math.max(0, row) + (command === "next-probe" ? 1 : -1);
      void this.focusOn({ row: Math.max(0, Math.min(this.probes.length - 1, next)), column });
      return true;
    }
    if (command !== "inspect" || !probe) return false;
    const current = this.columns.findIndex((one) => one.column.current);
    this.emit("inspect-cell", { probe: probe.id, column: Math.max(0, current) });
    return true;
  }

  /** Brings a cell into sight, where it is drawn, and gives it the focus. */
  private async focusOn(place: Place): Promise<void> {
    const { layout, rows } = this.sheet;
    const left = layout.lefts[place.column];
    const top = rows.tops[place.row];
    const { width, height } = this.sight;
    if (left !== undefined) this.scrollLeft += scrollInto(left, left + layout.width, this.scrollLeft, width);
    const bottom = (top ?? 0) + (rows.heights[place.row] ?? 0);
    if (top !== undefined) this.scrollTop += scrollInto(top, bottom, this.scrollTop, height);
    this.focused = place;
    this.measure();
    await this.updateComplete;
    this.renderRoot
      .querySelector<HTMLElement>("[data-column][tabindex='0']")
      // The difference has no place among the columns: it comes into sight with the focus.
      ?.focus({ preventScroll: left !== undefined || place.column < 0 });
  }

  private moved(event: FocusEvent): void {
    const element = (event.target as HTMLElement).closest<HTMLElement>("[data-column]");
    if (!element) return;
    const place = { row: Number(element.dataset.row ?? -1), column: Number(element.dataset.column) };
    if (place.row === this.focused.row && place.column === this.focused.column) return;
    this.focused = place;
    if (place.row >= 0) this.emit("focused", this.probes[place.row]?.id);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "picasso-strip": StripElement;
  }
}
