import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { MapInfo, ProbeInfo } from "../api-types";
import type { Loader } from "../loader";
import type { Choice } from "../logic/choice";
import { runColour } from "../logic/colour";
import { columnsOf, type Column } from "../logic/columns";
import { count, ends, plural } from "../logic/format";
import { onsetOf, onsetWords, type Onset } from "../logic/onset";
import type { Scale } from "../logic/scale";
import { endInView, scaleFor, scaleOf } from "../logic/scales";
import { className, givesNumber } from "../logic/select";
import type { Command } from "../logic/keys";
import { entryOf, rowsOf } from "../logic/shown";
import { START, type State } from "../logic/state";
import { classLines, strengthOf } from "../logic/strip";
import { base, field } from "../styles";
import { act } from "./act";
import { Comparing } from "./comparing";
import { emptiness } from "./emptiness";
import type { Line } from "./line-chart";
import { missingWords } from "./strip-cell";
import { stripBar } from "./strip-bar";
import type { StripColumn } from "./strip-head";
import { nothingLeft } from "./nothing-left";
import { viewTop } from "./view-top";
import "./strip";
import "./take-menu";

/** Probes down; across checkpoints, classes or methods: since when, for which class, and how does one see it? */
@customElement("picasso-strip-view")
export class StripViewElement extends LitElement {
  @property({ attribute: false }) state: State = START;
  @property({ attribute: false }) scale: Scale | null = null;
  @property({ attribute: false }) loader!: Loader;
  @property({ type: Boolean }) dark = false;
  @state() private focused: string | null = null;
  private probes: readonly ProbeInfo[] = [];
  private ids: readonly string[] = [];
  private readonly comparing = new Comparing(this);

  static override styles = [
    base,
    field,
    css`
      :host { display: flex; flex-direction: column; min-height: 0; }
      .bar { display: flex; align-items: center; gap: 8px 12px; min-height: 44px; padding: 6px 24px; flex-wrap: wrap; }
      .bar b { font-weight: 500; }
      .dot { width: 10px; height: 10px; border-radius: 50%; flex: none; }
      .top { padding: 0 24px; max-height: 40%; overflow: auto; flex: none; }
      picasso-strip { flex: 1; padding: 0 0 0 24px; }
      .head { display: flex; align-items: center; gap: 4px; }
      @media (max-width: 960px) { .bar, .top { padding-inline: 12px; } picasso-strip { padding-left: 12px; } }
    `,
  ];

  override render(): TemplateResult {
    const { state } = this;
    if (emptiness(state)) return html`<div class="top">${viewTop(state)}</div>`;
    const rows = rowsOf(state).map((one) => one.probe);
    if (rows.length !== this.probes.length || rows.some((probe, index) => probe !== this.probes[index])) {
      this.probes = rows;
      this.ids = rows.map((probe) => probe.id);
    }
    const columns = columnsOf(state).map((column) => this.stripColumn(column));
    const onset = this.onset(columns);
    return html`${this.bar(onset, columns)}
      <div class="top">${viewTop(state)}</div>
      ${rows.length ? this.strip(columns, onset) : html`<div class="top">${nothingLeft(this, state)}</div>`}`;
  }

  private strip(columns: readonly StripColumn[], onset: Onset | null): TemplateResult {
    const { state, probes } = this;
    const { choice } = state;
    const pair = this.comparing.names(state);
    const focused = probes.find((probe) => probe.id === this.focused) ?? probes[0];
    return html`<picasso-strip
      .columns=${columns}
      .probes=${probes}
      .run=${choice.run ?? ""}
      .across=${choice.columns}
      .spacing=${choice.spacing}
      .loader=${this.loader}
      .display=${choice.display}
      .compared=${columns.flatMap(({ column }, index) => (pair.includes(column.name) ? [index] : []))}
      .pinned=${this.comparing.pinned(state, columns)}
      .onset=${onset?.kind === "at" ? onset.index : -1}
      .sentence=${this.sentence(onset, columns) ?? ""}
      .strength=${`Median peak, ${plural(probes.length, "probe")}`}
      .lines=${choice.columns === "checkpoints" && focused ? this.lines(columns, focused) : []}
      .chartName=${focused?.name ?? ""}
      .dark=${this.dark}
      @focused=${(event: CustomEvent<string>) => (this.focused = event.detail)}
      @choose-column=${(event: CustomEvent<number>) => this.choose(columns[event.detail]?.column)}
      @compare-column=${(event: CustomEvent<number>) => this.comparing.tick(state, columns, event.detail)}
      @inspect-cell=${(event: CustomEvent<{ probe: string; column: number }>) =>
        this.choose(columns[event.detail.column]?.column, { view: "inspect", inspected: event.detail.probe })}
    ></picasso-strip>`;
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
    const { columns, rank } = state.choice;
    const { names, step } = column.checkpoint;
    const scale = scaleOf(state, column);
    return {
      column,
      entryFor: (probe) => entryOf(state, column, probe, rank),
      title: columns === "checkpoints" ? count(step) : column.title,
      below: columns === "checkpoints" ? names.join(", ") : columns === "methods" && scale ? ends(scale) : "",
      colour: "",
      scale,
      scaleFor: (probe) => scaleFor(state, column, probe),
      strength: strengthOf(state.maps.get(column.id), this.ids, column.rank ?? rank),
      missing: (probe) => missingWords(state, column, probe.id),
    };
  }

  /** Only a series of checkpoints has an onset. */
  private onset(columns: readonly StripColumn[]): Onset | null {
    const end = endInView(this.state);
    if (this.state.choice.columns !== "checkpoints" || end === null || columns.length < 2) return null;
    return onsetOf(
      columns.map(({ strength }) => (strength.complete ? strength.median : null)),
      end,
    );
  }

  private sentence(onset: Onset | null, columns: readonly StripColumn[]): string | null {
    return (
      onset &&
      onsetWords(
        onset,
        columns.map(({ column }) => column.checkpoint.step),
      )
    );
  }

  private bar(onset: Onset | null, columns: readonly StripColumn[]): TemplateResult {
    const { state, probes, loader } = this;
    return stripBar({
      host: this,
      state,
      shown: probes.length,
      columns: columns.length,
      colour: runColour(state.knownRuns.indexOf(state.choice.run ?? ""), this.dark),
      words: onset?.kind === "at" ? null : this.sentence(onset, columns),
      take: html`<picasso-take-menu .state=${state} .loader=${loader} .probes=${probes}></picasso-take-menu>`,
    });
  }

  private lines(columns: readonly StripColumn[], probe: ProbeInfo): Line[] {
    const infos = columns.map((one): MapInfo | null => one.entryFor(probe)?.info ?? null);
    const model = columns[0]?.column.model ?? null;
    if (givesNumber(model)) return []; // the chart is one of probabilities
    return classLines(infos, probe.label).map(({ classIndex, values }) => ({
      values,
      name: className(model, classIndex),
    }));
  }

  private choose(column: Column | undefined, more: Partial<Choice> = {}): void {
    if (!column) return;
    const { columns } = this.state.choice;
    const { checkpoint, visualization, targets, rank } = column;
    const own: Partial<Choice> =
      columns === "checkpoints"
        ? { step: checkpoint.step, model: checkpoint.model }
        : columns === "methods"
          ? { visualization: visualization.name }
          : { targets, rank: rank ?? 0 };
    this.pick({ ...own, ...more });
  }

  private pick(choice: Partial<Choice>): void {
    act(this, { type: "choose", choice });
  }
}
