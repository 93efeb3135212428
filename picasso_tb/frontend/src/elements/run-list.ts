import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import type { Problem, RunInfo } from "../api-types";
import { runColour } from "../logic/colour";
import { plural } from "../logic/format";
import { matching, showing, ticking } from "../logic/ticks";
import { base, checkbox, section } from "../styles";
import { act } from "./act";
import { search } from "./icons";

/** The runs: a tick compares, a click on the name shows; what is wrong is named under its run. */
@customElement("picasso-run-list")
export class RunListElement extends LitElement {
  @property({ attribute: false }) runs: readonly RunInfo[] = [];
  @property({ attribute: false }) known: readonly string[] = [];
  @property({ attribute: false }) chosen: string | null = null;
  /** Compared with `chosen`, which counts as ticked. */
  @property({ attribute: false }) ticked: readonly string[] = [];
  @property({ attribute: false }) problems: readonly Problem[] = [];
  @property({ type: Boolean }) dark = false;
  @state() private pattern = "";

  static override styles = [
    base,
    section,
    checkbox,
    css`
      .find { display: flex; align-items: center; gap: 10px; height: 32px; border-bottom: 1px solid var(--line); }
      .find:focus-within { border-color: var(--focus); box-shadow: 0 1px 0 var(--focus); }
      .find label { flex: 1; min-width: 0; display: flex; align-items: center; gap: 8px; color: var(--text-3); }
      .find input[type="search"] {
        flex: 1; min-width: 0; border: 0; padding: 0; background: none; outline: none; color: var(--text);
      }
      .find input::placeholder { color: var(--text-3); opacity: 1; }
      .message { margin: 4px 0; overflow-wrap: anywhere; }
      .list { max-height: 232px; overflow: auto; scrollbar-width: thin; margin: 4px -16px 0; padding: 0 8px; }
      .run {
        display: flex; align-items: center; gap: 10px; height: 28px; padding: 0 8px; border-radius: 4px;
        content-visibility: auto; contain-intrinsic-size: auto 28px;
      }
      .run:hover { background: var(--hover); }
      .run.current { background: var(--band); }
      .run:has(:focus-visible) { content-visibility: visible; }
      .show { position: relative; flex: 1; min-width: 0; height: 100%; display: flex; align-items: center; gap: 10px; }
      .show input { position: absolute; inset: 0; opacity: 0; margin: 0; }
      .show:has(:focus-visible) { outline: 2px solid var(--focus); border-radius: 2px; }
      .name { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      .current .name { font-weight: 500; }
      .run .small { white-space: nowrap; }
      .dot { width: 10px; height: 10px; border-radius: 50%; flex: none; }
      details { margin: 0 8px 6px 34px; }
      summary { cursor: pointer; color: var(--bad); font-size: 12px; }
      li { list-style: none; margin-top: 4px; overflow-wrap: anywhere; }
    `,
  ];

  override render(): TemplateResult {
    const { kept, problem } = matching(
      this.runs.map((run) => run.name),
      this.pattern,
    );
    const shown = this.runs.filter((run) => kept.includes(run.name));
    return html`
      <div class="head"><h2 class="grow">Runs</h2>${this.count(shown)}</div>
      <div class="find">
        ${this.runs.length > 1 ? this.tickAll(kept) : null}
        <label>
          ${search}
          <input
            type="search"
            placeholder="Filter runs (regex)"
            aria-label="Filter runs (regular expression)"
            aria-invalid=${problem !== ""}
            .value=${this.pattern}
            @input=${(event: Event) => (this.pattern = (event.target as HTMLInputElement).value)}
          />
        </label>
      </div>
      ${problem ? html`<p class="bad small message" role="alert">${problem}</p>` : null}
      <div class="list" role="group" aria-label="Runs">
        ${repeat(
          shown,
          (run) => run.name,
          (run) => this.row(run),
        )}
      </div>
      ${this.runs.length && !shown.length ? html`<p class="quiet small">No run matches.</p>` : null}
      ${this.runs.length ? null : html`<p class="quiet small">None yet.</p>`}
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("chosen") || (changed.has("runs") && !changed.get("runs")?.length))
      this.renderRoot.querySelector(".current")?.scrollIntoView({ block: "nearest" });
  }

  private count(shown: readonly RunInfo[]): TemplateResult | null {
    const [all, ticked] = [this.runs.length, this.compared.length];
    if (all < 2) return null;
    const found = shown.length < all ? `${shown.length} of ${all}` : String(all);
    return html`<span class="small quiet" role="status">${ticked > 1 ? `${ticked} ticked · ` : ""}${found}</span>`;
  }

  private tickAll(kept: readonly string[]): TemplateResult {
    const ticked = kept.filter((name) => this.compared.includes(name)).length;
    const all = kept.length > 0 && ticked === kept.length;
    return html`<input
      type="checkbox"
      aria-label="Compare all listed runs"
      title="Compare all listed runs"
      .checked=${live(all)}
      .indeterminate=${live(ticked > 0 && !all)}
      ?disabled=${!kept.length}
      @change=${() => this.tick(kept, !all)}
    />`;
  }

  private row(run: RunInfo): TemplateResult {
    const chosen = run.name === this.chosen;
    const colour = runColour(this.known.indexOf(run.name), this.dark);
    const checkpoints = plural(run.checkpoints, "checkpoint");
    return html`<div class="run ${chosen ? "current" : ""}">
        <input
          type="checkbox"
          aria-label="Compare ${run.name}"
          title="Compare with the other ticked runs"
          .checked=${live(this.compared.includes(run.name))}
          @change=${(event: Event) => this.tick([run.name], (event.target as HTMLInputElement).checked)}
        />
        <label class="show" title="${run.name}, ${checkpoints}">
          <input
            type="radio"
            name="run"
            aria-label="${run.name}, ${checkpoints}"
            .checked=${chosen}
            @change=${() => this.show(run.name)}
          />
          <span class="name">${run.name}</span>
          <span class="quiet small">${run.checkpoints} ckpt</span>
          <span class="dot" style="background:${colour}"></span>
        </label>
      </div>
      ${this.troubles(chosen && this.problems.length ? this.problems : run.problems)}`;
  }

  private get compared(): readonly string[] {
    const { chosen, ticked } = this;
    return chosen === null || ticked.includes(chosen) ? ticked : [chosen, ...ticked];
  }

  private show(name: string): void {
    act(this, { type: "choose", choice: showing({ run: this.chosen, runs: this.compared }, name) });
  }

  /** Drawn again even if nothing changes, as the last tick cannot be taken away. */
  private tick(names: readonly string[], ticked: boolean): void {
    act(this, { type: "choose", choice: ticking({ run: this.chosen, runs: this.compared }, names, ticked) });
    this.requestUpdate();
  }

  private troubles(problems: readonly Problem[]): TemplateResult | null {
    if (!problems.length) return null;
    return html`<details>
      <summary>${plural(problems.length, "problem")}</summary>
      <ul class="small quiet">
        ${problems.map((one) => html`<li><b>${one.file}</b><br />${one.message}</li>`)}
      </ul>
    </details>`;
  }
}
