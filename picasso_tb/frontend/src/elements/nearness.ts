/** Which probes of a long list are in view, and which so near that they should be drawn. */
import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Beyond what is in view, so that a short scroll shows what is there already; a share of the view's height. */
const NEAR = "80%";
const SETTLE = 60;

/** Watches elements with a `data-probe` in a list that scrolls; the host is drawn again when others are near. */
export class Nearness implements ReactiveController {
  readonly near = new Set<string>();
  private readonly seen = new Set<string>();
  private readonly watched = new Set<Element>();
  private observers: IntersectionObserver[] = [];
  private settling: ReturnType<typeof setTimeout> | undefined;

  /** `tell` hears which are in view, once scrolling pauses. */
  constructor(
    private readonly host: ReactiveControllerHost & HTMLElement,
    private readonly tell: (probes: readonly string[]) => void,
  ) {
    host.addController(this);
  }

  get visible(): readonly string[] {
    return [...this.seen];
  }

  /** A nested list's margin counts only for an observer that knows what scrolls. */
  hostConnected(): void {
    const root = this.host.closest<HTMLElement>("[data-scrolls]");
    const near = (entries: IntersectionObserverEntry[]): void => this.noteNear(entries);
    const seen = (entries: IntersectionObserverEntry[]): void => this.noteSeen(entries);
    this.observers = [
      new IntersectionObserver(near, { root, rootMargin: `${NEAR} 0px` }),
      new IntersectionObserver(seen),
    ];
  }

  hostDisconnected(): void {
    for (const observer of this.observers) observer.disconnect();
    this.watched.clear();
    clearTimeout(this.settling);
  }

  watch(elements: readonly HTMLElement[]): void {
    for (const old of [...this.watched].filter((one) => !one.isConnected)) {
      for (const observer of this.observers) observer.unobserve(old);
      this.watched.delete(old);
      this.forget((old as HTMLElement).dataset.probe ?? "");
    }
    for (const element of elements) {
      if (this.watched.has(element)) continue;
      this.watched.add(element);
      for (const observer of this.observers) observer.observe(element);
    }
  }

  private forget(probe: string): void {
    this.near.delete(probe);
    this.seen.delete(probe);
  }

  private noteNear(entries: readonly IntersectionObserverEntry[]): void {
    const before = [...this.near].join();
    note(this.near, entries);
    if ([...this.near].join() !== before) this.host.requestUpdate();
  }

  private noteSeen(entries: readonly IntersectionObserverEntry[]): void {
    note(this.seen, entries);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.tell(this.visible), SETTLE);
  }
}

function note(probes: Set<string>, entries: readonly IntersectionObserverEntry[]): void {
  for (const { target, isIntersecting } of entries) {
    const probe = (target as HTMLElement).dataset.probe ?? "";
    if (isIntersecting) probes.add(probe);
    else probes.delete(probe);
  }
}
