import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { ModelInfo } from "../api-types";
import type { Targets } from "../logic/choice";
import { readTargets, writeTargets } from "../logic/hash";
import { className, classNamed } from "../logic/select";
import { base, field } from "../styles";
import { act } from "./act";

const RELATIVE = [
  ["top-1", "Predicted"],
  ["top-2", "Top 2"],
  ["top-3", "Top 3"],
  ["top-5", "Top 5"],
  ["true", "True label"],
] as const;
/** More classes than this are searched for by name while typing, not listed. */
const LISTED = 40;
const SEARCH = "search";
/** Classes in one request. */
const MOST = 20;

/** Which classes are explained: the predicted one, the true one, or any by name. */
@customElement("picasso-target-choice")
export class TargetChoiceElement extends LitElement {
  @property({ attribute: false }) targets: Targets = { kind: "top", count: 1 };
  @property({ attribute: false }) model: ModelInfo | null = null;
  @state() private searching = false;
  /** What was searched for in vain. */
  @state() private unknown = "";

  static override styles = [
    base,
    field,
    css`
      input { margin-bottom: 6px; }
    `,
  ];

  override render(): TemplateResult {
    const written = writeTargets(this.targets);
    const many = (this.model?.classes ?? 0) > LISTED;
    const searching = many && (this.searching || this.targets.kind === "classes");
    return html`<div class="field ${written === "top-1" ? "" : "changed"}">
      <span class="label">Class</span>
      <select
        class="wide"
        aria-label="Class"
        @change=${(event: Event) => this.choose((event.target as HTMLSelectElement).value)}
      >
        ${this.options(searching ? SEARCH : written, many)}
      </select>
      ${searching ? this.search() : null}
    </div>`;
  }

  private options(chosen: string, many: boolean): TemplateResult {
    const indices = Array.from({ length: many ? 0 : (this.model?.classes ?? 0) }, (_, index) => index);
    const values = [...RELATIVE.map(([value]) => value), ...indices.map((index) => `class-${index}`), SEARCH];
    const option = (value: string, label: string): TemplateResult =>
      html`<option value=${value} .selected=${value === chosen}>${label}</option>`;
    return html`${RELATIVE.map(([value, label]) => option(value, label))}
    ${many ? option(SEARCH, "One class ...") : null}
    ${
      indices.length
        ? html`<optgroup label="One class for all">
          ${indices.map((index) => option(`class-${index}`, className(this.model, index)))}
        </optgroup>`
        : null
    }
    ${values.includes(chosen) ? null : option(chosen, this.words())}`;
  }

  private search(): TemplateResult {
    const indices = Array.from({ length: this.model?.classes ?? 0 }, (_, index) => index);
    return html`<input
        type="text"
        class="wide"
        list="classes"
        aria-label="Name of the class"
        aria-invalid=${this.unknown !== ""}
        placeholder="Name or number"
        title="Several classes are separated by semicolons"
        .value=${this.unknown || (this.targets.kind === "classes" ? this.words() : "")}
        @change=${(event: Event) => this.find((event.target as HTMLInputElement).value)}
      />
      <datalist id="classes">
        ${indices.map((index) => html`<option value=${className(this.model, index)}></option>`)}
      </datalist>
      ${this.unknown ? html`<p class="message" role="alert">Expected the name or the number of a class. Received: ${this.unknown}</p>` : null}`;
  }

  /** Targets that are not in the list, such as those of a link. */
  private words(): string {
    if (this.targets.kind === "top") return `Top ${this.targets.count}`;
    if (this.targets.kind === "true") return "True label";
    return this.targets.classes.map((index) => className(this.model, index)).join("; ");
  }

  private choose(written: string): void {
    this.unknown = "";
    this.searching = written === SEARCH;
    if (!this.searching) act(this, { type: "choose", choice: { targets: readTargets(written) } });
  }

  private find(names: string): void {
    const found = names.split(";").map((name) => ({ name, index: classNamed(this.model, name) }));
    const classes = found.flatMap(({ index }) => (index === null ? [] : [index]));
    this.unknown = found.find(({ index }) => index === null)?.name.trim() ?? "";
    if (!this.unknown && classes.length)
      act(this, { type: "choose", choice: { targets: { kind: "classes", classes: classes.slice(0, MOST) } } });
  }
}
