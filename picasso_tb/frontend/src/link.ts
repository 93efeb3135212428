/** Keeps the address in step with the state. */
import { readLink, readRuns, watchLink, writeLink, writeRuns } from "./host";
import { linkOf } from "./logic/link";
import { contentsOf } from "./logic/select";
import type { Store } from "./store";

/** Milliseconds. A slider changes the state many times a second. */
const PAUSE = 200;

export class Link {
  private pausing: ReturnType<typeof setTimeout> | undefined;
  private runs: readonly string[] = [];

  constructor(private readonly store: Store) {}

  /** Takes over the choice of the address, now and whenever it changes from outside. */
  follow(signal: AbortSignal): void {
    this.store.dispatch({ type: "known-runs", names: readRuns() });
    this.store.dispatch({ type: "choose", choice: readLink() });
    this.store.listen(() => this.writeSoon(), signal);
    watchLink((choice) => (choice ? this.store.dispatch({ type: "choose", choice }) : this.writeSoon()), signal);
  }

  /** Soon, however fast changes follow each other; also when TensorBoard, back from another tab, has put its bare address. */
  writeSoon(): void {
    this.pausing ??= setTimeout(() => this.write(), PAUSE);
  }

  /** Not before the choice of the link has been matched with what there is. */
  private write(): void {
    this.pausing = undefined;
    const { state } = this.store;
    if (contentsOf(state)) writeLink(linkOf(state));
    if (state.runs?.scanned && state.knownRuns !== this.runs) writeRuns((this.runs = state.knownRuns));
  }
}
