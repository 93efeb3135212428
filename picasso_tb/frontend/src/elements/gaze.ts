import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Choice } from "../logic/choice";
import type { Place } from "../logic/inspect";
import { WHOLE, type View } from "../logic/paint";
import { act } from "./act";

/** Milliseconds until what is looked at goes into the link: not at every move. */
const SETTLE = 300;

/** Where in a map one looks: the part shown, and the place in it. Both stay when the checkpoint changes. */
export class Gaze implements ReactiveController {
  view: View = WHOLE;
  /** In shares of the map. */
  place: Place | null = null;
  private probe = "";
  /** What the choice has of both. */
  private noted: Pick<Choice, "zoom" | "spot"> = { zoom: null, spot: null };
  private noting: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly host: ReactiveControllerHost & EventTarget) {
    host.addController(this);
  }

  hostDisconnected(): void {
    clearTimeout(this.noting);
  }

  /** Takes over what a link brings; another probe is looked at anew. */
  follow(probe: string, { zoom, spot }: Choice): void {
    const isAnother = probe !== this.probe;
    this.probe = probe;
    if (!isAnother && zoom === this.noted.zoom && spot === this.noted.spot) return;
    this.noted = { zoom, spot };
    this.view = zoom ?? WHOLE;
    this.place = spot ?? (isAnother ? null : this.place);
  }

  show(view: View): void {
    this.view = view;
    this.noteSoon();
  }

  /** Where nothing was looked at yet; a link need not name what comes by itself. */
  begin(place: Place): void {
    this.place ??= place;
    this.host.requestUpdate();
  }

  look(place: Place): void {
    this.place = place;
    this.noteSoon();
  }

  /** Looks at a place, and moves the part shown where it is outside. */
  moveTo(place: Place): void {
    const { view } = this;
    const held = (at: number, start: number, share: number): number =>
      at >= start && at <= start + share ? start : Math.min(1 - share, Math.max(0, at - share / 2));
    this.place = place;
    const top = held(place.down, view.top, view.height);
    this.show({ ...view, top, left: held(place.right, view.left, view.width) });
  }

  private noteSoon(): void {
    this.host.requestUpdate();
    clearTimeout(this.noting);
    this.noting = setTimeout(() => {
      this.noted = { zoom: this.view.height < 1 ? this.view : null, spot: this.place };
      act(this.host, { type: "choose", choice: this.noted });
    }, SETTLE);
  }
}
