/** Goes no faster than maps are drawn, however fast a held key or a dragged slider asks for others. */
import { wait } from "./attention";
import type { Action } from "./logic/state";
import type { Store } from "./store";

/** Milliseconds that maps are waited for before the next choice's turn. */
const PATIENCE = 250;

export class Walk {
  private next: Action | null = null;
  private walking = false;

  /** `shown` resolves once all is drawn that is known of where the store is. */
  constructor(
    private readonly store: Store,
    private readonly shown: () => Promise<void>,
  ) {}

  /** Of those asked for meanwhile only the last is gone to. */
  async go(choice: Action): Promise<void> {
    this.next = choice;
    if (this.walking) return;
    this.walking = true;
    while (this.arrive()) await Promise.race([this.shown(), wait(PATIENCE)]);
    this.walking = false;
  }

  /** At once, before something else is chosen; whether there was anywhere to go. */
  arrive(): boolean {
    const { next } = this;
    this.next = null;
    if (next) this.store.dispatch(next);
    return next !== null;
  }
}
