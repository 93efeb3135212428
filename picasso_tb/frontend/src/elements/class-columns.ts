import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { ModelInfo } from "../api-types";
import { className, classNamed } from "../logic/select";
import { base, field } from "../styles";
import { act } from "./act";
import { close } from "./icons";

/** A class that is a column: as `Choice.classes` has it, and in words. */
export interface ClassColumn {
  written: string;
  title: string;
}

/** `rank`: so many classes does the model have to have. */
const RELATIVE: readonly (ClassColumn & { rank: number })[] = [
  { written: "rank-1", title: "Predicted", rank: 1 },
  { written: "rank-2", title: "2nd most probable", rank: 2 },
  { written: "rank-3", title: "3rd most probable", rank: 3 },
  { written: "true", title: "True label", rank: 1 },
];
/** More columns than this are no view any more. */
const MOST = 20;
/** Names offered while typing. */
const OFFERED = 50;

/** Which classes are columns: relative to the prediction, or any by name. */
@customElement("picasso-class-columns")
export class ClassColumnsElement extends LitElement {
  @property({ attribute: false }) columns: readonly ClassColumn[] = [];
  @property({ attribute: false }) model: ModelInfo | null = null;
  @state() private typed = "";
  /** What was searched for in vain. */
  @state() private unknown = "";

  static override styles = [
    base,
    field,
    css`
      ul { display: flex; flex-wrap: wrap; gap: 4px; margin: 4px 0 8px; padding: 0; list-style: none; }
      li { display: flex; align-items: center; max-width: 100%; padding-left: 8px; border: 1px solid var(--line); }
      li { border-radius: 3px; font-size: 12px; }
      li span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      .pick { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; margin-bottom: 6px; }
      .message { margin: 0 0 6px; }
    `,
  ];

  override render(): TemplateResult {
    const full = this.columns.length >= MOST;
    return html`<span class="quiet" id="columns">Columns</span>
      <ul aria-labelledby="columns">
        ${this.columns.map((column) => this.chip(column))}
      </ul>
      <div class="pick">${this.relative(full)}${this.byName(full)}</div>
      ${this.unknown ? html`<p class="message" role="alert">No class is called "${this.unknown}".</p>` : null}`;
  }

  private chip({ written, title }: ClassColumn): TemplateResult {
    return html`<li>
      <span title=${title}>${title}</span>
      <button
        class="icon"
        aria-label="Remove ${title}"
        ?disabled=${this.columns.length < 2}
        @click=${() => this.set(this.columns.filter((one) => one.written !== written))}
      >
        ${close}
      </button>
    </li>`;
  }

  private relative(full: boolean): TemplateResult {
    const classes = this.model?.classes ?? Infinity;
    const open = RELATIVE.filter(
      ({ written, rank }) => rank <= classes && !this.columns.some((one) => one.written === written),
    );
    return html`<select
      aria-label="Add a column"
      ?disabled=${full || !open.length}
      @change=${(event: Event) => {
        const select = event.target as HTMLSelectElement;
        const column = open[select.selectedIndex - 1];
        select.selectedIndex = 0;
        if (column) this.set([...this.columns, column]);
      }}
    >
      <option>Add ...</option>
      ${open.map((one) => html`<option>${one.title}</option>`)}
    </select>`;
  }

  private byName(full: boolean): TemplateResult {
    return html`<input
        type="text"
        list="names"
        aria-label="Add a class by name"
        placeholder="Class by name"
        ?disabled=${full}
        .value=${this.typed}
        @input=${(event: Event) => (this.typed = (event.target as HTMLInputElement).value)}
        @change=${this.find}
      />
      <datalist id="names">${this.offered().map((name) => html`<option value=${name}></option>`)}</datalist>`;
  }

  /** Of a thousand names those that go on as typed, then those that hold it. */
  private offered(): string[] {
    const wanted = this.typed.trim().toLowerCase();
    const names = Array.from({ length: this.model?.classes ?? 0 }, (_, index) => className(this.model, index));
    const held = names.filter((name) => name.toLowerCase().includes(wanted));
    const begin = held.filter((name) => name.toLowerCase().startsWith(wanted));
    return [...new Set([...begin, ...held])].slice(0, OFFERED);
  }

  private find(): void {
    const index = classNamed(this.model, this.typed);
    this.unknown = index === null ? this.typed : "";
    if (index === null) return;
    const written = `class-${index}`;
    this.typed = "";
    if (!this.columns.some((one) => one.written === written))
      this.set([...this.columns, { written, title: className(this.model, index) }]);
  }

  private set(columns: readonly ClassColumn[]): void {
    act(this, { type: "choose", choice: { classes: columns.map((one) => one.written) } });
  }
}
