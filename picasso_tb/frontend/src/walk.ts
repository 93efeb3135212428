/** Goes no faster than maps are drawn, however fast a held key or a dragged slider asks for others. */
import { wait } from "./attention";
import type { Action } from "./logic/state";
import type { Store } from "./store";

/** Milliseconds that the next choice's maps are waited for. */
const PATIENCE = 250;

export class Walk {
  private wish: Action | null = null;
  /** The wish whose maps are being brought. */
  private next: Action | null = null;
  private walking = false;
  private drawn: Promise<unknown> = Promise.resolve();

  /** `ready` resolves once all is here that is known of where a choice leads, `draw` once what the store shows is drawn. */
  constructor(
    private readonly store: Store,
    private readonly ready: (choice: Action) => Promise<unknown>,
    private readonly draw: () => Promise<unknown>,
  ) {}

  /** Of those asked for meanwhile only the last is gone to; its maps come while the former's are drawn. */
  async go(choice: Action): Promise<void> {
    this.wish = choice;
    if (!this.walking) await this.walk();
  }

  private async walk(): Promise<void> {
    this.walking = true;
    while (this.wish) await this.step(this.wish);
    this.walking = false;
  }

  private async step(choice: Action): Promise<void> {
    this.next = choice;
    await Promise.all([this.drawn, Promise.race([this.ready(choice), wait(PATIENCE)])]);
    if (this.next !== choice) return;
    if (this.wish === choice) this.wish = null;
    this.store.dispatch(choice);
    this.drawn = this.draw();
  }

  /** At once, before something else is chosen. */
  arrive(): void {
    const { wish } = this;
    this.wish = this.next = null;
    if (wish) this.store.dispatch(wish);
  }
}
