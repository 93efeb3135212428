/** How elements say what the user did: one event with an action of the state, or a wish for the app to carry out. */
import type { ProbeInfo } from "../api-types";
import type { Choice } from "../logic/choice";
import type { Scale } from "../logic/scale";
import type { Action } from "../logic/state";

export type Wish =
  /** The value under the pointer, and the scale of its map where that is not the view's. */
  | { type: "point"; value: number | null; scale?: Scale | null }
  /** What can be seen just now: `Column.id`s and probes. It is asked for first. */
  | { type: "in-view"; columns: readonly string[]; probes: readonly string[] }
  /** On the way to another choice of the kind: shown, but not waited for. */
  | { type: "pass"; choice: Partial<Choice> }
  | { type: "cancel" }
  | { type: "upload"; files: readonly File[] }
  /** Of an added picture; `region` is "top,left,bottom,right" in pixels, "" for none, null for the one it has. */
  | { type: "rename"; probe: ProbeInfo; name: string; region: string | null }
  | { type: "forget"; probe: string };

export class ActEvent extends Event {
  constructor(readonly action: Action | Wish) {
    super("act", { bubbles: true, composed: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    act: ActEvent;
  }
}

export function act(element: EventTarget, action: Action | Wish): void {
  element.dispatchEvent(new ActEvent(action));
}
