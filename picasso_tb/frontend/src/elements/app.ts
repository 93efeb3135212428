import { html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Api } from "../api";
import { Attention, nextFrame } from "../attention";
import { Controller } from "../controller";
import { borrowFonts, takeKeys, watchReload, watchTheme } from "../host";
import { Keyboard } from "../keyboard";
import { Link } from "../link";
import { Loader } from "../loader";
import { scaleOf, severalScales } from "../logic/scales";
import { START, type Action, type State } from "../logic/state";
import { Store } from "../store";
import { base } from "../styles";
import type { Scale } from "../logic/scale";
import { Walk } from "../walk";
import type { Wish } from "./act";
import { appStyle, NARROW } from "./app-style";
import { help, menu } from "./icons";
import { notices } from "./notices";
import { viewOf } from "./views";
import "./drop-zone";
import "./help-sheet";
import "./legend";
import "./panel";
import "./tabs";

/** Another of these, other maps. */
const SHOWN = ["view", "columns", "run", "step", "visualization", "inspected"] as const;

/** The whole tab: panel, top bar and the view. The only element that knows the store and the controller. */
@customElement("picasso-app")
export class AppElement extends LitElement {
  @state() private state: State = START;
  /** Of `state`; the same object as long as nothing in it changes, so that maps are drawn again only when they must. */
  @state() private scale: Scale | null = null;
  /** The value under the pointer: no part of the state, as it changes with every move. */
  @state() private pointed: number | null = null;
  /** Of the map under the pointer, where it is another than the view's. */
  @state() private pointedScale: Scale | null = null;
  @state() private dark = false;
  @state() private drawer = false;
  /** In a wide window the panel stands beside the view until it is hidden. */
  @property({ type: Boolean, reflect: true }) bare = false;

  private leaving = new AbortController();
  private readonly store = new Store();
  private readonly api = new Api();
  private readonly loader = new Loader(this.api);
  private readonly link = new Link(this.store);
  private readonly attention = new Attention(this, () => this.shown());
  private readonly controller = new Controller(this.store, this.attention, this.api, this.loader);
  private readonly walk = new Walk(this.store, (choice) => this.controller.ahead(choice), nextFrame);
  private readonly keyboard = new Keyboard(
    this,
    () => this.state,
    () => this.renderRoot.querySelector(".view"),
    () => this.togglePanel(),
  );

  static override styles = [base, appStyle];

  override connectedCallback(): void {
    super.connectedCallback();
    this.leaving = new AbortController();
    const { signal } = this.leaving;
    watchTheme((dark) => {
      this.dark = dark;
      document.documentElement.dataset.theme = dark ? "dark" : "light";
    }, signal);
    borrowFonts();
    this.store.listen(() => this.changed(), signal);
    this.link.follow(signal);
    watchReload(() => void this.controller.look(), signal);
    this.addEventListener("act", (event) => this.act(event.action), { signal });
    this.addEventListener("keydown", (event) => this.escape(event), { signal });
    matchMedia(NARROW).addEventListener("change", () => (this.drawer = false), { signal });
    window.addEventListener("pagehide", (event) => this.pageHidden(event), { signal });
    this.controller.start(signal);
    this.keyboard.start(signal);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leaving.abort();
  }

  /** A page that is closed disconnects nothing; one that the browser keeps goes on when it is gone back to. */
  private pageHidden({ persisted }: PageTransitionEvent): void {
    if (persisted) this.controller.leave();
    else this.leaving.abort();
  }

  override render(): TemplateResult {
    const { state, scale, dark } = this;
    const { choice } = state;
    return html`
      <picasso-panel
        id="panel"
        class=${this.drawer ? "opened" : ""}
        role="region"
        aria-label="Choices"
        .state=${state}
        .dark=${dark}
      ></picasso-panel>
      ${this.drawer ? html`<div class="scrim" @click=${this.toggle}></div>` : null}
      <main ?inert=${this.drawer}>
        <div class="top">
          <button
            class="icon open"
            aria-label="Choices"
            aria-controls="panel"
            aria-expanded=${this.drawer}
            @click=${this.togglePanel}
          >
            ${menu}
          </button>
          <h1 class="unseen">Picasso</h1>
          <picasso-tabs class="grow" .choice=${choice}></picasso-tabs>
          ${this.legend()}
          <button
            class="icon"
            aria-label="Keys"
            title="Keys (?)"
            aria-haspopup="dialog"
            @click=${() => this.store.dispatch({ type: "help", shown: true })}
          >
            ${help}
          </button>
        </div>
        ${notices(this, state)} ${viewOf({ state, scale, loader: this.loader, dark })}
      </main>
      <picasso-drop-zone .obstacle=${state.catalogue?.compute.reason ?? ""}></picasso-drop-zone>
      <picasso-help-sheet
        .open=${state.help}
        @close=${() => this.store.dispatch({ type: "help", shown: false })}
      ></picasso-help-sheet>
    `;
  }

  private legend(): TemplateResult {
    const { choice } = this.state;
    const scale = this.pointedScale ?? this.scale;
    return html`<picasso-legend
      .scale=${scale}
      .colours=${scale?.signed ? choice.display.signedColours : choice.display.magnitudeColours}
      .pointed=${this.pointed}
      .locked=${choice.locked}
      .mode=${choice.scale}
      .several=${severalScales(this.state)}
    ></picasso-legend>`;
  }

  private shown(): void {
    this.link.writeSoon();
    takeKeys();
  }

  private changed(): void {
    const [before, now] = [this.state.choice, this.store.state.choice];
    this.state = this.store.state;
    // The map under the pointer may be gone without a word: it says so again where it is not.
    if (SHOWN.some((key) => before[key] !== now[key])) this.pointed = this.pointedScale = null;
    this.scale = scaleOf(this.state);
  }

  private escape(event: KeyboardEvent): void {
    if (!this.drawer || event.key !== "Escape") return;
    event.preventDefault();
    this.toggle();
  }

  private togglePanel(): void {
    if (matchMedia(NARROW).matches) this.toggle();
    else this.bare = !this.bare;
  }

  private toggle(): void {
    this.drawer = !this.drawer;
  }

  /** The keyboard goes into the drawer with the eye, and back. */
  protected override updated(changed: PropertyValues): void {
    if (changed.get("drawer") === undefined) return;
    this.renderRoot.querySelector<HTMLElement>(this.drawer ? "picasso-panel" : ".open")?.focus();
  }

  private act(action: Action | Wish): void {
    switch (action.type) {
      case "point":
        this.pointed = action.value;
        this.pointedScale = action.value === null ? null : (action.scale ?? null);
        break;
      case "in-view":
        this.controller.see(action);
        break;
      case "pass":
        void this.walk.go({ type: "choose", choice: action.choice });
        break;
      case "cancel":
        this.controller.cancel();
        break;
      case "upload":
        void this.controller.upload(action.files);
        break;
      case "rename":
        void this.controller.rename(action.probe, action.name, action.region);
        break;
      case "forget":
        void this.controller.forget(action.probe);
        break;
      default:
        this.walk.arrive();
        this.store.dispatch(action);
    }
  }
}
