import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { asksForClass, classTitle, methodNames, usualClasses } from "../logic/columns";
import { costOf, progressOf, viewCost } from "../logic/cost";
import { costWords } from "../logic/cost-words";
import {
  checkpointOf,
  checkpointsOf,
  modelOf,
  modelsOf,
  problemsOf,
  settingsFields,
  unusable,
  visualizationOf,
} from "../logic/select";
import { START, type State } from "../logic/state";
import { base } from "../styles";
import "./checkpoint-slider";
import "./class-columns";
import "./display-form";
import "./run-list";
import "./settings-form";
import "./target-choice";
import "./visualization-list";

/** What is asked: run, checkpoint, visualization, settings, class; and how it is drawn. */
@customElement("picasso-panel")
export class PanelElement extends LitElement {
  @property({ attribute: false }) state: State = START;
  @property({ type: Boolean }) dark = false;

  static override styles = [
    base,
    css`
      :host { display: block; background: var(--surface); overflow: auto; scrollbar-width: thin; }
      .locked { margin-bottom: 8px; }
      .cost { margin-top: 4px; }
    `,
  ];

  /** To its beginning. A negative tabindex of the panel itself would take all that is in it from the Tab key. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>(".start")?.focus();
  }

  override render(): TemplateResult {
    const { state, dark } = this;
    const { choice, catalogue } = state;
    const visualization = visualizationOf(state);
    const model = modelOf(state);
    return html`
      <span class="start" tabindex="-1"></span>
      <picasso-run-list
        .runs=${state.runs?.runs ?? []}
        .known=${state.knownRuns}
        .chosen=${choice.run}
        .ticked=${choice.runs}
        .problems=${problemsOf(state)}
        .dark=${dark}
      ></picasso-run-list>
      <picasso-checkpoint-slider
        .checkpoints=${checkpointsOf(state)}
        .chosen=${checkpointOf(state)}
        .severalModels=${modelsOf(state).length > 1}
        .picks=${choice.picks}
      ></picasso-checkpoint-slider>
      <picasso-visualization-list
        .visualizations=${catalogue?.visualizations ?? []}
        .chosen=${choice.visualization}
        .estimate=${costOf(state)?.value ?? null}
        .obstacles=${this.obstacles()}
        .ticked=${choice.columns === "methods" && choice.view === "grid" ? methodNames(state) : null}
      ></picasso-visualization-list>
      <picasso-settings-form
        .fields=${visualization ? settingsFields(visualization, model) : []}
        .values=${choice.settings[visualization?.name ?? ""] ?? {}}
        .error=${costOf(state)?.error ?? null}
        .locked=${catalogue?.compute.available === false}
      >
        ${visualization && !asksForClass(visualization) ? null : this.targets()}
        <p class="cost small quiet" role="status">${this.cost()}</p>
      </picasso-settings-form>
      ${
        visualization?.draws_map === false
          ? null
          : html`<picasso-display-form
            .display=${choice.display}
            .sign=${costOf(state)?.value?.sign ?? visualization?.sign ?? "signed"}
          ></picasso-display-form>`
      }
    `;
  }

  private targets(): TemplateResult {
    const { choice } = this.state;
    const model = modelOf(this.state);
    if (choice.view === "inspect" || choice.columns !== "classes")
      return html`<picasso-target-choice .targets=${choice.targets} .model=${model}></picasso-target-choice>`;
    const written = choice.classes.length ? choice.classes : usualClasses(this.state);
    const columns = written.map((one) => ({ written: one, title: classTitle(this.state, one) }));
    return html`<picasso-class-columns .columns=${columns} .model=${model}></picasso-class-columns>`;
  }

  /** Why some visualizations cannot be chosen, by name. */
  private obstacles(): ReadonlyMap<string, string> {
    const known = this.state.catalogue?.visualizations ?? [];
    return new Map(
      known.flatMap((one) => {
        const why = unusable(this.state, one);
        return why === null ? [] : [[one.name, why] as const];
      }),
    );
  }

  private cost(): string {
    const { catalogue } = this.state;
    if (catalogue?.compute.available === false) return "Nothing is computed here: the settings are locked.";
    const cost = viewCost(this.state);
    if (!cost) return costOf(this.state) && !costOf(this.state)?.error ? "" : "Not started";
    return costWords(cost, progressOf(this.state));
  }
}
