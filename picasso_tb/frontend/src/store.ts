/** Holds the state, and tells who listens when it changed. */
import { reduce, START, type Action, type State } from "./logic/state";

export class Store {
  state: State = START;
  private readonly listeners = new Set<() => void>();

  dispatch(action: Action): void {
    const next = reduce(this.state, action);
    if (next === this.state) return;
    this.state = next;
    for (const listener of this.listeners) listener();
  }

  listen(listener: () => void, signal: AbortSignal): void {
    this.listeners.add(listener);
    signal.addEventListener("abort", () => this.listeners.delete(listener));
  }
}
