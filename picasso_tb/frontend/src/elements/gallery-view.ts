import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import type { Loader } from "../loader";
import { runColour } from "../logic/colour";
import { count } from "../logic/format";
import type { Scale } from "../logic/scale";
import {
  allShown,
  arranged,
  checkpointOf,
  modelOf,
  probesOf,
  questionKey,
  questionOf,
  stretchOf,
  visualizationOf,
  type Shown,
} from "../logic/select";
import { START, type State } from "../logic/state";
import { base } from "../styles";
import { act } from "./act";
import { emptiness } from "./emptiness";
import { close } from "./icons";
import "./added-probes";
import "./empty-page";
import "./gallery";
import "./job-bar";
import "./notes";
import "./sub-bar";

/** The view of all probes at one checkpoint of one run. */
@customElement("picasso-gallery-view")
export class GalleryViewElement extends LitElement {
  @property({ attribute: false }) state: State = START;
  @property({ attribute: false }) scale: Scale | null = null;
  @property({ attribute: false }) loader!: Loader;
  @property({ type: Boolean }) dark = false;

  static override styles = [
    base,
    css`
      :host { display: flex; flex-direction: column; }
      picasso-sub-bar { flex: none; }
      .body { flex: 1; overflow: auto; min-height: 0; padding: 4px 24px 24px; scrollbar-width: thin; }
      .note { margin-bottom: 12px; max-width: 960px; display: flex; align-items: center; gap: 12px; }
      .list { display: block; }
      @media (max-width: 960px) { .body { padding: 4px 12px 24px; } }
    `,
  ];

  override render(): TemplateResult {
    const { state, scale } = this;
    const empty = emptiness(state);
    const shown = allShown(state, scale);
    return html`
      ${empty && !shown.length ? null : this.subBar(shown)}
      <div class="body">
        ${this.notice()}
        ${
          empty
            ? html`<picasso-empty-page
              .heading=${empty.heading}
              .text=${empty.text}
              .teaches=${empty.teaches}
            ></picasso-empty-page>`
            : html`${this.viewerOnly()}<picasso-job-bar .answer=${state.answer} .what=${this.what()}></picasso-job-bar>
              <picasso-added-probes
                .probes=${probesOf(state).filter((probe) => probe.uploaded)}
              ></picasso-added-probes>
              <picasso-notes .state=${state} .shown=${shown}></picasso-notes>${this.gallery(shown)}`
        }
      </div>
    `;
  }

  private subBar(shown: readonly Shown[]): TemplateResult {
    const { choice, knownRuns, catalogue, uploading } = this.state;
    return html`<picasso-sub-bar
      .run=${choice.run ?? ""}
      .colour=${runColour(knownRuns.indexOf(choice.run ?? ""), this.dark)}
      .step=${checkpointOf(this.state)?.step ?? null}
      .probes=${shown.length}
      .wrong=${shown.filter((one) => one.wrong).length}
      .noEffect=${shown.filter((one) => one.noEffect).length}
      .filter=${choice.filter}
      .order=${choice.order}
      .arrangement=${choice.arrangement}
      .drawsMap=${visualizationOf(this.state)?.draws_map !== false}
      .canUpload=${catalogue?.compute.available === true}
      .uploading=${uploading}
    ></picasso-sub-bar>`;
  }

  private gallery(all: readonly Shown[]): TemplateResult {
    const { choice, answer, enlarged, connections, catalogue } = this.state;
    const shown = arranged(all, choice);
    if (all.length && !shown.length) return html`<p class="quiet">${this.nothingLeft()}</p>`;
    const maps = Math.max(1, ...all.map((one) => one.maps.length));
    const question = questionOf(this.state);
    const gallery = html`<picasso-gallery
      .shown=${shown}
      .model=${modelOf(this.state)}
      .loader=${this.loader}
      .scale=${this.scale}
      .display=${choice.display}
      .run=${choice.run ?? ""}
      .arrangement=${choice.arrangement}
      .missing=${this.missing()}
      .obstacle=${catalogue?.compute.reason ?? ""}
      .stale=${answer !== null && question !== null && questionKey(question) !== answer.key}
      .named=${answer !== null && answer.question.targets.kind !== "top"}
      .enlarged=${enlarged}
      .columns=${choice.arrangement === "pair" ? maps + 1 : choice.arrangement === "map" ? maps : 1}
      .stretch=${stretchOf(all.map((one) => one.probe))}
    ></picasso-gallery>`;
    return html`${keyed(connections, gallery)}`; // Pictures that broke while the server was away are fetched anew.
  }

  private nothingLeft(): string {
    return this.state.choice.filter === "wrong"
      ? "Every labelled probe is predicted right here."
      : "Every map here shows an effect.";
  }

  private missing(): string {
    const { answer } = this.state;
    if (answer?.phase === "computing") return "computing ...";
    if (answer?.phase === "cancelled") return "cancelled";
    if (answer) return "no map";
    return questionOf(this.state) ? "asking ..." : "not started";
  }

  private what(): string {
    const title = visualizationOf(this.state)?.title ?? "";
    const step = checkpointOf(this.state)?.step;
    return step === undefined ? title : `${title}, step ${count(step)}`;
  }

  private notice(): TemplateResult | null {
    const { notice } = this.state;
    if (!notice) return null;
    return html`<div class="note error" role="alert">
      <span class="grow">${notice}</span>
      <button class="icon" aria-label="Dismiss" @click=${() => act(this, { type: "notice", notice: null })}>
        ${close}
      </button>
    </div>`;
  }

  private viewerOnly(): TemplateResult | null {
    const compute = this.state.catalogue?.compute;
    if (!compute || compute.available) return null;
    return html`<div class="note list" role="status">
      <b>Viewing maps already computed.</b>
      <p>${compute.reason}</p>
    </div>`;
  }
}
