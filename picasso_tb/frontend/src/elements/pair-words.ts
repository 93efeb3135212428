import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { MapInfo, ModelInfo, ProbeInfo } from "../api-types";
import type { Loader } from "../loader";
import { maskUrl } from "../logic/addresses";
import { correlation, distance, meanInside, peakWords } from "../logic/difference";
import { signed } from "../logic/format";
import { maskOnMap } from "../logic/inspect";
import { className, givesNumber, isWrong, outputWords } from "../logic/select";
import { base } from "../styles";
import { pixelsOf } from "./inspect-measured";

/** One of the two: its run's colour and name, and its map. */
export interface Side {
  colour: string;
  title: string;
  model: ModelInfo | null;
  info: MapInfo;
  run: string;
}

interface Facts {
  peaks: [string, string];
  correlation: number | null;
  distance: number | null;
  /** Means of both maps inside each of the probe's region masks. */
  regions: { name: string; means: [number | null, number | null] }[];
}

/** Two maps of one probe in words: predictions, right or wrong, peaks, what the regions get, and how alike they are. */
@customElement("picasso-pair-words")
export class PairWordsElement extends LitElement {
  @property({ attribute: false }) loader!: Loader;
  @property({ attribute: false }) probe!: ProbeInfo;
  @property({ attribute: false }) sides!: readonly [Side, Side];
  @property({ type: Number }) threshold = 0;
  @state() private facts: Facts | null = null;
  @state() private problem = "";
  private asked = "";
  private loading = new AbortController();

  static override styles = [
    base,
    css`
      :host { display: block; font-size: 12px; line-height: 17px; min-width: 0; }
      .bars { display: grid; grid-template-columns: 10px minmax(56px, 84px) 1fr 34px 60px; gap: 0 8px; align-items: center; line-height: 20px; }
      .dot { width: 10px; height: 10px; border-radius: 50%; }
      .cut { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      .bar { height: 8px; background: var(--line); }
      .bar i { display: block; height: 100%; background: var(--text-2); }
      .share { text-align: right; }
      dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0 12px; margin-top: 4px; }
      dt { color: var(--text-2); white-space: nowrap; }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.loading.abort();
    this.asked = "";
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("sides") && !changed.has("probe")) return;
    const asked = [...this.sides.map(({ info }) => info.key), this.probe.id].join(" ");
    if (asked === this.asked) return;
    this.asked = asked;
    this.facts = null;
    this.problem = "";
    this.loading.abort();
    this.loading = new AbortController();
    void this.measure(this.loading.signal);
  }

  override render(): TemplateResult {
    const { facts } = this;
    return html`<div class="bars">${this.sides.map((side) => this.prediction(side))}</div>
      ${facts ? this.figures(facts) : this.problem ? html`<p class="bad" role="alert">${this.problem}</p>` : null}`;
  }

  private prediction({ colour, title, model, info }: Side): TemplateResult {
    const top = info.predictions[0];
    if (!top) return html``;
    const wrong = isWrong(info, this.probe);
    const name = className(model, top.class_index);
    return html`<span class="dot" style="background:${colour}" role="img" aria-label=${title}></span>
      <span class="cut" title="${title}: ${name}">${name}</span>
      ${givesNumber(model) ? html`<span></span>` : html`<span class="bar"><i style="width:${100 * top.probability}%"></i></span>`}
      <span class="share">${outputWords(model, top.probability)}</span>
      ${wrong === null ? html`<span></span>` : wrong ? html`<span class="bad">✕ wrong</span>` : html`<span class="quiet">right</span>`}`;
  }

  private figures(facts: Facts): TemplateResult {
    const isSigned = this.sides[0].info.sign === "signed";
    const written = (value: number | null): string => (value === null ? "not measured" : signed(value, isSigned));
    const [one, other] = this.sides.map(({ info, model }) => className(model, info.target));
    return html`<dl>
      ${
        one === other
          ? null
          : html`<dt>Maps of</dt>
            <dd>${one} → ${other}: they explain different classes</dd>`
      }
      <dt>Peak</dt>
      <dd>${facts.peaks[0]} → ${facts.peaks[1]}</dd>
      ${facts.regions.map(
        ({ name, means }) =>
          html`<dt>Mean in ${name}</dt>
            <dd>${written(means[0])} → ${written(means[1])}</dd>`,
      )}
      <dt>Mean difference</dt>
      <dd>${facts.distance === null ? "not measured" : signed(facts.distance, false)}</dd>
      <dt>Map correlation</dt>
      <dd>${facts.correlation === null ? "none, a map is flat" : signed(facts.correlation)}</dd>
    </dl>`;
  }

  private async measure(signal: AbortSignal): Promise<void> {
    const { loader, probe, sides, threshold } = this;
    try {
      const [one, other] = await Promise.all([
        loader.map(sides[0].info.key, signal),
        loader.map(sides[1].info.key, signal),
      ]);
      const urls = probe.masks.map((mask) => maskUrl(sides[0].run, probe, mask));
      const masks = await Promise.all(urls.map((url) => loader.picture(url, signal)));
      if (signal.aborted) return;
      const regions = masks.map((mask, index): Facts["regions"][number] => ({
        name: probe.masks[index] ?? "",
        means: [
          meanInside(one, maskOnMap(pixelsOf(mask), one.height, one.width)),
          meanInside(other, maskOnMap(pixelsOf(mask), other.height, other.width)),
        ],
      }));
      const peaks: [string, string] = [
        peakWords(one, sides[0].info.sign === "signed", threshold),
        peakWords(other, sides[1].info.sign === "signed", threshold),
      ];
      this.facts = { peaks, regions, correlation: correlation(one, other), distance: distance(one, other) };
    } catch (problem) {
      if (!signal.aborted) this.problem = problem instanceof Error ? problem.message : String(problem);
    }
  }
}
