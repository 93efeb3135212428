import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ProbeInfo } from "../api-types";
import type { Loader } from "../loader";
import type { Choice } from "../logic/choice";
import { runColour } from "../logic/colour";
import { columnsOf, comparedColumns, type Column } from "../logic/columns";
import { count } from "../logic/format";
import type { Scale } from "../logic/scale";
import { scaleFor, scaleOf } from "../logic/scales";
import type { Command } from "../logic/keys";
import { entryOf, rowsOf } from "../logic/shown";
import { START, type State } from "../logic/state";
import { base, field } from "../styles";
import { act } from "./act";
import { emptiness } from "./emptiness";
import type { StripColumn } from "./strip-head";
import type { Pinned } from "./strip-row";
import { missingWords } from "./strip-cell";
import type { Side } from "./pair-words";
import { nothingLeft } from "./nothing-left";
import { lonely, runsBar } from "./runs-bar";
import { viewTop } from "./view-top";
import "./pair-words";
import "./strip";
import "./take-menu";

const NOT_MEASURED = { median: null, complete: false };

/** The same probes in several runs: two of them with their difference, as a picture and in words. */
@customElement("picasso-runs-view")
export class RunsViewElement extends LitElement {
  @property({ attribute: false }) state: State = START;
  @property({ attribute: false }) scale: Scale | null = null;
  @property({ attribute: false }) loader!: Loader;
  @property({ type: Boolean }) dark = false;
  private probes: readonly ProbeInfo[] = [];

  static override styles = [
    base,
    field,
    css`
      :host { display: flex; flex-direction: column; min-height: 0; }
      .bar { display: flex; align-items: center; gap: 8px 12px; min-height: 44px; padding: 6px 24px; flex-wrap: wrap; }
      .bar select { width: auto; max-width: 220px; }
      .bar .last { display: flex; align-items: center; gap: 12px; margin-left: auto; }
      .dot { width: 10px; height: 10px; border-radius: 50%; flex: none; }
      .top { padding: 0 24px; max-height: 40%; overflow: auto; flex: none; }
      .offers { display: flex; align-items: center; gap: 8px; flex-wrap: wrap; padding-bottom: 8px; }
      picasso-strip { flex: 1; padding: 0 0 0 24px; }
      @media (max-width: 960px) { .bar, .top { padding-inline: 12px; } picasso-strip { padding-left: 12px; } }
    `,
  ];

  override render(): TemplateResult {
    const { state } = this;
    if (emptiness(state)) return html`<div class="top">${viewTop(state)}</div>`;
    const rows = rowsOf(state).map((one) => one.probe);
    if (rows.length !== this.probes.length || rows.some((probe, index) => probe !== this.probes[index]))
      this.probes = rows;
    const pair = comparedColumns(state);
    const others = columnsOf(state).filter((column) => !pair?.includes(column));
    const columns = [...(pair ?? []), ...others].map((column) => this.stripColumn(column));
    return html`${this.bar(columns, pair)}
      <div class="top">${viewTop(state)}</div>
      ${columns.length < 2 ? html`<div class="top">${lonely(state, (choice) => this.pick(choice))}</div>` : null}
      ${
        rows.length
          ? html`<picasso-strip
              .columns=${columns}
              .probes=${this.probes}
              .run=${state.choice.run ?? ""}
              .across=${state.choice.columns}
              .loader=${this.loader}
              .display=${state.choice.display}
              .compared=${columns.flatMap(({ column }, index) => (pair?.includes(column) ? [index] : []))}
              .pinned=${this.pinned(columns, pair)}
              .dark=${this.dark}
              @choose-column=${(event: CustomEvent<number>) => this.choose(columns[event.detail]?.column)}
              @compare-column=${(event: CustomEvent<number>) => this.tick(pair, columns[event.detail]?.column)}
              @inspect-cell=${(event: CustomEvent<{ probe: string; column: number }>) =>
                this.choose(columns[event.detail.column]?.column, { view: "inspect", inspected: event.detail.probe })}
            ></picasso-strip>`
          : html`<div class="top">${nothingLeft(this, state)}</div>`
      }`;
  }

  /** With two runs or more, two are compared from the start, the most different probes first. */
  protected override updated(): void {
    const { choice } = this.state;
    const [one, other] = columnsOf(this.state);
    if (comparedColumns(this.state) || choice.columns !== "runs" || choice.view !== "grid" || !one || !other) return;
    if (this.isAwaited) return;
    const current = columnsOf(this.state).find((column) => column.current) ?? one;
    const against = current === one ? other : one;
    const order = choice.order === "logged" && !choice.comparison ? "different" : choice.order;
    queueMicrotask(() => this.pick({ comparison: [current.name, against.name], order }));
  }

  /** Whether a run that is compared is still being read: its answers come one by one. */
  private get isAwaited(): boolean {
    const { choice, contents, runs } = this.state;
    const listed = runs?.runs
      .map((one) => one.name)
      .filter((name) => name === choice.run || choice.runs.includes(name));
    return (choice.comparison ?? []).some((name) => listed?.includes(name) && !contents.has(name));
  }

  command(command: Command): boolean {
    if (command === "search") return this.search();
    return this.renderRoot.querySelector("picasso-strip")?.command(command) ?? false;
  }

  private search(): true {
    this.renderRoot.querySelector("picasso-probe-finder")?.search();
    return true;
  }

  private stripColumn(column: Column): StripColumn {
    const { state } = this;
    const { names, step } = column.checkpoint;
    return {
      column,
      entryFor: (probe) => entryOf(state, column, probe, state.choice.rank),
      title: column.title,
      below: [`step ${count(step)}`, ...names].join(", "),
      colour: this.colourOf(column),
      scale: scaleOf(state, column),
      scaleFor: (probe) => scaleFor(state, column, probe),
      strength: NOT_MEASURED,
      missing: (probe) => missingWords(state, column, probe.id),
    };
  }

  private colourOf({ run }: Column): string {
    return runColour(this.state.knownRuns.indexOf(run), this.dark);
  }

  private bar(columns: readonly StripColumn[], pair: readonly [Column, Column] | null): TemplateResult {
    return runsBar({
      host: this,
      state: this.state,
      shown: this.probes.length,
      columns,
      pair,
      take: html`<picasso-take-menu
        .state=${this.state}
        .loader=${this.loader}
        .probes=${this.probes}
      ></picasso-take-menu>`,
    });
  }

  private pinned(columns: readonly StripColumn[], pair: readonly [Column, Column] | null): Pinned | null {
    const [one, other] = (pair ?? []).map((column) => columns.find((each) => each.column === column));
    if (!one || !other) return null;
    const { swipe } = this.state.choice;
    const title = swipe !== null ? `${one.title} | ${other.title}` : `${one.title} − ${other.title}`;
    return {
      one,
      other,
      swipe,
      swiped: (moved) => this.pick({ swipe: moved }),
      head: html`<div class="seen"><div class="title" title=${title}><b>${title}</b></div></div>
        <div class="said"></div>`,
      words: (probe) => this.words(one, other, probe),
    };
  }

  private words(one: StripColumn, other: StripColumn, probe: ProbeInfo): TemplateResult {
    const { choice } = this.state;
    const side = (each: StripColumn): Side | null => {
      const info = each.entryFor(probe)?.info;
      return info
        ? { colour: each.colour, title: each.title, model: each.column.model, run: choice.run ?? "", info }
        : null;
    };
    const [first, second] = [side(one), side(other)];
    if (!first || !second) return html``; // the cell beside it says why
    return html`<picasso-pair-words
      .loader=${this.loader}
      .probe=${probe}
      .sides=${[first, second] as const}
      .threshold=${one.scaleFor(probe)?.threshold ?? 0}
    ></picasso-pair-words>`;
  }

  /** Two are compared at all times: a third takes the place of the second, and of one unticked the next run. */
  private tick(pair: readonly [Column, Column] | null, column: Column | undefined): void {
    if (!column || !pair) return;
    const [one, other] = pair;
    const next = columnsOf(this.state).find((each) => !pair.includes(each)) ?? column;
    if (column === one) this.pick({ comparison: [next.name, other.name] });
    else this.pick({ comparison: [one.name, column === other ? next.name : column.name] });
  }

  private choose(column: Column | undefined, more: Partial<Choice> = {}): void {
    if (!column) return;
    const { run, checkpoint } = column;
    this.pick({ run, step: checkpoint.step, model: checkpoint.model, ...more });
  }

  private pick(choice: Partial<Choice>): void {
    act(this, { type: "choose", choice });
  }
}
