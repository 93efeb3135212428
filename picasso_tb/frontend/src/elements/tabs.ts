import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Across, Choice } from "../logic/choice";
import { base } from "../styles";
import { act } from "./act";

const TABS: readonly { name: string; title: string; columns: Across | null }[] = [
  { name: "Gallery", title: "Many probes at one checkpoint", columns: "none" },
  { name: "Time", title: "Checkpoints side by side", columns: "checkpoints" },
  { name: "Runs", title: "Ticked runs side by side", columns: "runs" },
  { name: "Methods", title: "Visualizations side by side", columns: "methods" },
  { name: "Classes", title: "Classes side by side", columns: "classes" },
  { name: "Inspect", title: "One map, large", columns: null },
];

/** What the view is: what stands across its grid, or one map. Arrow keys move between the tabs. */
@customElement("picasso-tabs")
export class TabsElement extends LitElement {
  @property({ attribute: false }) choice!: Choice;

  static override styles = [
    base,
    css`
      :host { display: flex; align-self: stretch; }
      [role="tablist"] { display: flex; margin-left: -12px; overflow-x: auto; scrollbar-width: none; }
      button {
        border: 0; background: none; padding: 0 12px; min-height: 44px; color: var(--text-2); position: relative;
        white-space: nowrap;
      }
      button:hover { color: var(--text); }
      button:focus-visible { outline-offset: -4px; }
      [aria-selected="true"] { color: var(--text); font-weight: 500; box-shadow: inset 0 -2px var(--text); }
      @media (max-width: 960px) { button { padding: 0 8px; } [role="tablist"] { margin-left: -4px; } }
    `,
  ];

  override render(): TemplateResult {
    const shown = this.shown;
    return html`<div role="tablist" aria-label="View" @keydown=${this.key}>
      ${TABS.map(
        (tab, index) => html`<button
          role="tab"
          title=${tab.title}
          aria-selected=${index === shown}
          tabindex=${index === shown ? 0 : -1}
          @click=${() => this.show(index)}
        >
          ${tab.name}
        </button>`,
      )}
    </div>`;
  }

  private get shown(): number {
    const { view, columns } = this.choice;
    return TABS.findIndex((tab) => tab.columns === (view === "inspect" ? null : columns));
  }

  private show(index: number): void {
    const columns = TABS[index]?.columns;
    if (columns === undefined) return;
    const { inspected, selected } = this.choice;
    const choice: Partial<Choice> =
      columns === null ? { view: "inspect", inspected: inspected ?? selected[0] ?? null } : { view: "grid", columns };
    act(this, { type: "choose", choice });
  }

  private key(event: KeyboardEvent): void {
    const moves: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, Home: -TABS.length, End: TABS.length };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = Math.min(TABS.length - 1, Math.max(0, this.shown + move));
    this.show(next);
    this.renderRoot.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  }
}
