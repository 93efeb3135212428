/** How elements say what the user did: one event with an action of the state, or a wish for the app to carry out. */
import type { Action } from "../logic/state";

export type Wish =
  | { type: "point"; value: number | null }
  | { type: "cancel" }
  | { type: "compute" }
  | { type: "upload"; files: File[] }
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
