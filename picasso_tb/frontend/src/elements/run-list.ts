import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Problem, RunInfo } from "../api-types";
import { runColour } from "../logic/colour";
import { plural } from "../logic/format";
import { base, radio, section } from "../styles";
import { act } from "./act";
import { search } from "./icons";

/** The runs, one of which is shown; damaged files are named under their run. */
@customElement("picasso-run-list")
export class RunListElement extends LitElement {
  @property({ attribute: false }) runs: readonly RunInfo[] = [];
  @property({ attribute: false }) known: readonly string[] = [];
  @property({ attribute: false }) chosen: string | null = null;
  @property({ attribute: false }) problems: readonly Problem[] = [];
  @property({ type: Boolean }) dark = false;
  @state() private pattern = "";

  static override styles = [
    base,
    section,
    radio,
    css`
      .find {
        display: flex; align-items: center; gap: 8px; height: 30px; margin-bottom: 4px;
        border-bottom: 1px solid var(--line); color: var(--text-3);
      }
      .find:focus-within { border-color: var(--focus); box-shadow: 0 1px 0 var(--focus); }
      .find input { flex: 1; min-width: 0; border: 0; background: none; outline: none; color: var(--text); }
      .find input::placeholder { color: var(--text-3); opacity: 1; }
      .list { max-height: 224px; overflow: auto; scrollbar-width: thin; margin: 0 -16px; padding: 0 16px; }
      .run { display: flex; align-items: center; gap: 10px; min-height: 28px; }
      .run .name {
        flex: 1; overflow: hidden; overflow-wrap: anywhere;
        display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2;
      }
      .run .small { white-space: nowrap; }
      .dot { width: 10px; height: 10px; border-radius: 50%; flex: none; }
      details { margin: 0 0 6px 26px; }
      summary { cursor: pointer; color: var(--bad); font-size: 12px; }
      li { list-style: none; margin-top: 4px; overflow-wrap: anywhere; }
    `,
  ];

  override render(): TemplateResult {
    const { shown, wrong } = this.filtered();
    return html`
      <div class="head"><h2>Runs</h2></div>
      <label class="find">
        ${search}
        <input
          type="search"
          placeholder="Filter runs (regex)"
          aria-label="Filter runs (regular expression)"
          .value=${this.pattern}
          @input=${(event: Event) => (this.pattern = (event.target as HTMLInputElement).value)}
        />
      </label>
      ${wrong ? html`<p class="bad small" role="alert">${wrong}</p>` : null}
      <div class="list" role="radiogroup" aria-label="Runs">${shown.map((run) => this.row(run))}</div>
      ${this.runs.length && !shown.length ? html`<p class="quiet small">No run matches.</p>` : null}
      ${this.runs.length ? null : html`<p class="quiet small">None yet.</p>`}
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("chosen") || changed.has("runs"))
      this.renderRoot.querySelector(":checked")?.scrollIntoView({ block: "nearest" });
  }

  private row(run: RunInfo): TemplateResult {
    const chosen = run.name === this.chosen;
    const colour = runColour(this.known.indexOf(run.name), this.dark);
    return html`<label class="run">
        <input
          type="radio"
          name="run"
          aria-label="${run.name}, ${plural(run.checkpoints, "checkpoint")}"
          .checked=${chosen}
          @change=${() => act(this, { type: "choose", choice: { run: run.name, step: null, model: null } })}
        />
        <span class="name" title=${run.name}>${run.name}</span>
        <span class="quiet small" title=${plural(run.checkpoints, "checkpoint")}>${run.checkpoints} ckpt</span>
        <span class="dot" style="background:${colour}"></span>
      </label>
      ${this.damaged(chosen && this.problems.length ? this.problems : run.problems)}`;
  }

  private damaged(problems: readonly Problem[]): TemplateResult | null {
    if (!problems.length) return null;
    return html`<details>
      <summary>${plural(problems.length, "damaged file")}</summary>
      <ul class="small quiet">
        ${problems.map((one) => html`<li><b>${one.file}</b><br />${one.message}</li>`)}
      </ul>
    </details>`;
  }

  private filtered(): { shown: readonly RunInfo[]; wrong: string } {
    try {
      const pattern = new RegExp(this.pattern, "i");
      return { shown: this.runs.filter((run) => pattern.test(run.name)), wrong: "" };
    } catch {
      return { shown: this.runs, wrong: "Not a regular expression (yet): all runs are shown." };
    }
  }
}
