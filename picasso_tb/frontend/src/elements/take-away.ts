import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { ProbeInfo } from "../api-types";
import { copy, linkTo, save } from "../deliver";
import type { Loader } from "../loader";
import type { Column } from "../logic/columns";
import { Archive, arrayName, describe, fileName, npyOf, npyOfText, type Taken } from "../logic/export";
import { figureOf, hasMaps, takenOf } from "../logic/figure";
import { plural } from "../logic/format";
import { linkOf } from "../logic/link";
import { pythonOf } from "../logic/python";
import { START, type State } from "../logic/state";
import { base } from "../styles";
import { figurePng } from "./figure-drawing";
import { code, download, link } from "./icons";

/** Maps to take along: as a picture, as numbers, as a link and as Python. What is not computed yet is said. */
@customElement("picasso-take-away")
export class TakeAwayElement extends LitElement {
  @property({ attribute: false }) state: State = START;
  @property({ attribute: false }) loader!: Loader;
  @property({ attribute: false }) columns: readonly Column[] = [];
  @property({ attribute: false }) probes: readonly ProbeInfo[] = [];
  /** Takes the arrays beside the maps along: too much for many maps. */
  @property({ type: Boolean }) arrays = false;
  @state() private said = "";
  /** A text that could not be copied: to be copied by hand. */
  @state() private text = "";
  private busy = false;
  private leaving = new AbortController();

  static override styles = [
    base,
    css`
      :host { display: block; }
      .buttons { display: flex; flex-wrap: wrap; gap: 8px; }
      .button:disabled { opacity: 0.5; cursor: default; }
      p { margin-top: 6px; color: var(--text-2); font-size: 12px; line-height: 16px; overflow-wrap: anywhere; }
      textarea {
        width: 100%; height: 96px; margin-top: 6px; color: inherit; background: var(--sunken); border: 1px solid var(--line);
        font: 12px/18px "Roboto Mono", ui-monospace, Menlo, monospace;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.leaving = new AbortController();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leaving.abort();
  }

  override render(): TemplateResult {
    const any = hasMaps(this.state, this.columns, this.probes);
    const drawn = any && this.columns.some((one) => one.visualization.draws_map);
    return html`<div class="buttons" role="group" aria-label="Take away">
        ${this.button("PNG", "A picture with names and legend", download, !drawn, () => this.takePicture())}
        ${this.button("NPZ", this.npzTitle(), download, !any, () => this.takeNumbers())}
        ${this.button("Copy link", "Shows this very view to others", link, false, () => this.takeLink())}
        ${this.button("Copy as Python", "Yields these very numbers", code, !any, () => this.takePython())}
      </div>
      <p role="status" ?hidden=${!this.said}>${this.said}</p>
      ${
        this.text
          ? html`<textarea readonly aria-label="Text to copy" .value=${this.text} @focus=${selectAll}></textarea>`
          : null
      }`;
  }

  private button(
    label: string,
    title: string,
    icon: TemplateResult,
    disabled: boolean,
    take: () => Promise<string>,
  ): TemplateResult {
    return html`<button
      class="button"
      title=${title}
      ?disabled=${disabled}
      @click=${() => void this.attempt(take)}
    >
      ${icon}${label}
    </button>`;
  }

  private npzTitle(): string {
    return `Raw numbers${this.arrays ? " and what is kept beside them" : ""}, for numpy.load`;
  }

  /** One at a time; the buttons stay enabled meanwhile, so that the one pressed keeps the focus. */
  private async attempt(take: () => Promise<string>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.text = "";
    try {
      this.said = await take();
    } catch (problem) {
      this.said = problem instanceof Error ? problem.message : String(problem);
    } finally {
      this.busy = false;
    }
  }

  private async takePicture(): Promise<string> {
    const figure = figureOf(this.state, this.columns, this.probes);
    save(await figurePng(figure, this.loader, this.leaving.signal), this.fileName("png"));
    return this.withMissing("Saved a picture.");
  }

  private async takeNumbers(): Promise<string> {
    const { taken } = takenOf(this.state, this.columns, this.probes);
    const archive = new Archive();
    for (const [index, one] of taken.entries()) {
      this.said = `Reading map ${index + 1} of ${taken.length} ...`;
      await this.addArrays(archive, one, arrayName(index, taken.length));
    }
    archive.add("info", npyOfText(describe(taken, linkTo(linkOf(this.state)))));
    save(archive.finish(), this.fileName("npz"));
    return this.withMissing(`Saved the numbers of ${plural(taken.length, "map")}.`);
  }

  private async addArrays(archive: Archive, { info }: Taken, name: string): Promise<void> {
    const wanted = info.arrays.filter((array) => this.arrays || array === "map");
    for (const array of wanted.length ? wanted : info.arrays) {
      const numbers = await this.loader.array(info.key, array, this.leaving.signal);
      archive.add(array === "map" ? name : `${name}_${array}`, npyOf(numbers));
    }
  }

  private async takeLink(): Promise<string> {
    return this.copied(linkTo(linkOf(this.state)), "Copied a link to this view.");
  }

  private async takePython(): Promise<string> {
    const { taken } = takenOf(this.state, this.columns, this.probes);
    const calls = this.columns.map((column) => ({
      column,
      probes: this.probes.filter((probe) => taken.some((one) => one.column === column && one.probe === probe)),
    }));
    return this.withMissing(await this.copied(pythonOf(calls, this.state.runs?.runs ?? []), "Copied a Python script."));
  }

  private async copied(text: string, done: string): Promise<string> {
    if (await copy(text)) return done;
    this.text = text;
    return "The browser does not let this page copy. Select the text and copy it:";
  }

  private withMissing(words: string): string {
    const { missing } = takenOf(this.state, this.columns, this.probes);
    return missing ? `${words} ${plural(missing, "map")} not computed: left out.` : words;
  }

  private fileName(ending: string): string {
    const [column] = this.columns;
    const only =
      this.columns.length === 1 ? [column?.run ?? "", `step-${column?.checkpoint.step ?? ""}`] : [column?.run ?? ""];
    const probe = this.probes.length === 1 ? [this.probes[0]?.name ?? ""] : [];
    return fileName([column?.visualization.name ?? "", ...only, ...probe], ending);
  }
}

function selectAll(event: FocusEvent): void {
  (event.target as HTMLTextAreaElement).select();
}

declare global {
  interface HTMLElementTagNameMap {
    "picasso-take-away": TakeAwayElement;
  }
}
