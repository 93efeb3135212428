import { html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ModelInfo } from "../api-types";
import { readTargets, writeTargets, type Targets } from "../logic/choice";
import { className } from "../logic/select";
import { base, field } from "../styles";
import { act } from "./act";

const RELATIVE = [
  ["top-1", "Predicted"],
  ["top-2", "Top 2"],
  ["top-3", "Top 3"],
  ["true", "True label"],
] as const;

/** Which classes are explained: the predicted one, the true one, or any by name. */
@customElement("picasso-target-choice")
export class TargetChoiceElement extends LitElement {
  @property({ attribute: false }) targets: Targets = { kind: "top", count: 1 };
  @property({ attribute: false }) model: ModelInfo | null = null;

  static override styles = [base, field];

  override render(): TemplateResult {
    const written = writeTargets(this.targets);
    const classes = Array.from({ length: this.model?.classes ?? 0 }, (_, index) => index);
    const listed = new Set<string>([...RELATIVE.map(([value]) => value), ...classes.map((index) => `class-${index}`)]);
    const option = (value: string, label: string): TemplateResult =>
      html`<option value=${value} .selected=${value === written}>${label}</option>`;
    return html`<div class="field ${written === "top-1" ? "" : "changed"}">
      <span class="label">Class</span>
      <select
        class="wide"
        aria-label="Class"
        @change=${(event: Event) => this.choose((event.target as HTMLSelectElement).value)}
      >
        ${RELATIVE.map(([value, label]) => option(value, label))}
        <optgroup label="One class for all">
          ${classes.map((index) => option(`class-${index}`, className(this.model, index)))}
        </optgroup>
        ${listed.has(written) ? null : option(written, this.words())}
      </select>
    </div>`;
  }

  /** Targets that came with a link and are not in the list. */
  private words(): string {
    if (this.targets.kind === "top") return `Top ${this.targets.count}`;
    if (this.targets.kind === "true") return "True label";
    return this.targets.classes.map((index) => className(this.model, index)).join(", ");
  }

  private choose(written: string): void {
    act(this, { type: "choose", choice: { targets: readTargets(written) } });
  }
}
