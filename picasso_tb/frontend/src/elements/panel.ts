import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { count, plural, seconds } from "../logic/format";
import {
  checkpointOf,
  checkpointsOf,
  estimateOf,
  modelOf,
  modelsOf,
  problemsOf,
  questionOf,
  settingsFields,
  visualizationOf,
} from "../logic/select";
import { START, type State } from "../logic/state";
import { base } from "../styles";
import "./checkpoint-slider";
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

  override render(): TemplateResult {
    const { state, dark } = this;
    const { choice, catalogue } = state;
    const visualization = visualizationOf(state);
    const model = modelOf(state);
    return html`
      <picasso-run-list
        .runs=${state.runs?.runs ?? []}
        .known=${state.knownRuns}
        .chosen=${choice.run}
        .problems=${problemsOf(state)}
        .dark=${dark}
      ></picasso-run-list>
      <picasso-checkpoint-slider
        .checkpoints=${checkpointsOf(state)}
        .chosen=${checkpointOf(state)}
        .severalModels=${modelsOf(state).length > 1}
      ></picasso-checkpoint-slider>
      <picasso-visualization-list
        .visualizations=${catalogue?.visualizations ?? []}
        .chosen=${choice.visualization}
        .passes=${estimateOf(state)?.value?.passes_per_probe ?? null}
      ></picasso-visualization-list>
      <picasso-settings-form
        .fields=${visualization ? settingsFields(visualization) : []}
        .values=${choice.settings[visualization?.name ?? ""] ?? {}}
        .error=${estimateOf(state)?.error ?? state.answer?.error ?? null}
        .locked=${catalogue?.compute.available === false}
      >
        ${
          visualization?.draws_map === false
            ? null
            : html`<picasso-target-choice .targets=${choice.targets} .model=${model}></picasso-target-choice>`
        }
        <p class="cost small quiet" role="status">${this.cost()}</p>
      </picasso-settings-form>
      ${
        visualization?.draws_map === false
          ? null
          : html`<picasso-display-form
            .display=${choice.display}
            .sign=${visualization?.sign ?? "signed"}
          ></picasso-display-form>`
      }
    `;
  }

  /** "24 pictures × 101 passes · about 3 s". */
  private cost(): string {
    const { catalogue } = this.state;
    const question = questionOf(this.state);
    const estimate = estimateOf(this.state);
    if (catalogue?.compute.available === false) return "Nothing is computed here: the settings are locked.";
    if (!question) return "Not started";
    if (!estimate?.value) return estimate?.error ? "Not started" : "";
    const { maps, known, passes, passes_per_probe: each, seconds: time } = estimate.value;
    const pictures = plural(question.probes.length, "picture");
    const answer = this.state.answer;
    if (known === maps || (answer?.phase === "done" && answer.key === estimate.key))
      return `${pictures} · already computed`;
    const about = time === null ? "" : ` · about ${seconds(time)}`;
    const part = known
      ? ` · ${count(known)} of ${count(maps)} maps known, ${plural(passes, "pass", "passes")} to go`
      : "";
    return `${pictures} × ${plural(each, "pass", "passes")}${part}${about}`;
  }
}
