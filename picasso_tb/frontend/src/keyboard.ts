/** Carries out what keys ask for: first the view in sight is asked, then the choices change. */
import { act, type Wish } from "./elements/act";
import { commandOf, takes, type Command } from "./logic/keys";
import { obey } from "./logic/obey";
import type { Action, State } from "./logic/state";

/** A view that moves, selects or searches by itself says whether it did. */
export interface Commanded extends HTMLElement {
  command?(command: Command): boolean;
}

/** Milliseconds a checkpoint stays while playing, once its maps have come. */
const PACE = 700;

export class Keyboard {
  /** The layer before V was held. */
  private bare: State["choice"]["display"]["layer"] | null = null;
  private playing: ReturnType<typeof setInterval> | undefined;

  /** `panel` shows or hides the panel. */
  constructor(
    private readonly host: HTMLElement,
    private readonly state: () => State,
    private readonly view: () => Commanded | null,
    private readonly panel: () => void,
  ) {}

  /** Keys count anywhere in the tab, also before anything in it has the focus. */
  start(signal: AbortSignal): void {
    addEventListener("keydown", (event) => this.pressed(event), { signal });
    addEventListener("keyup", (event) => event.key.toLowerCase() === "v" && this.cover(), { signal });
    addEventListener("blur", () => this.cover(), { signal });
    addEventListener("pointerdown", () => this.stop(), { signal });
    signal.addEventListener("abort", () => this.stop());
  }

  private pressed(event: KeyboardEvent): void {
    const target = event.composedPath()[0];
    if (event.defaultPrevented || !(target instanceof Element)) return;
    const editable = target instanceof HTMLElement && target.isContentEditable;
    const focused = { tag: target.localName, type: target.getAttribute("type") ?? "", editable };
    const command = commandOf(pressOf(event));
    if (!command || (takes(focused, event.key) && command !== "back")) return;
    if (editsText(target)) target.blur();
    else if (command !== "bare" || !event.repeat) this.carryOut(command, event.repeat);
    event.preventDefault();
  }

  private carryOut(command: Command, held: boolean): void {
    if (command !== "play") this.stop();
    if (command === "play") this.play();
    else if (command === "panel") this.panel();
    else if (command === "bare") this.uncover();
    else if (!this.view()?.command?.(command)) this.obey(command, held);
  }

  /** What a held key chooses is on the way to what it chooses next. */
  private obey(command: Command, held = false): void {
    const action = obey(command, this.state());
    if (action) this.act(held && action.type === "choose" ? { type: "pass", choice: action.choice } : action);
  }

  private play(): void {
    if (this.playing !== undefined) {
      this.stop();
      return;
    }
    this.obey(this.atEnd ? "first-checkpoint" : "next-checkpoint");
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.playing = setInterval(() => this.goOn(), PACE);
  }

  /** Waits for maps that are still being computed. */
  private goOn(): void {
    const waits = [...this.state().jobs.values()].some(({ phase }) => phase === "asking" || phase === "computing");
    if (this.atEnd) this.stop();
    else if (!waits) this.obey("next-checkpoint");
  }

  private get atEnd(): boolean {
    return obey("next-checkpoint", this.state()) === null;
  }

  private stop(): void {
    clearInterval(this.playing);
    this.playing = undefined;
  }

  private uncover(): void {
    this.bare ??= this.state().choice.display.layer;
    this.act({ type: "display", display: { layer: "picture" } });
  }

  private cover(): void {
    if (this.bare !== null) this.act({ type: "display", display: { layer: this.bare } });
    this.bare = null;
  }

  private act(action: Action | Wish): void {
    act(this.host, action);
  }
}

function editsText(element: Element): element is HTMLElement {
  return element.matches("input:not([type=range], [type=radio], [type=checkbox], [type=file]), select, textarea");
}

function pressOf(event: KeyboardEvent): Parameters<typeof commandOf>[0] {
  const { key, shiftKey, ctrlKey, altKey, metaKey } = event;
  return { key, shiftKey, ctrlKey, altKey, metaKey, graph: event.getModifierState("AltGraph") };
}
