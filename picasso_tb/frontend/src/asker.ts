/** Asks for maps: what is in view first, two jobs at a time; what no view needs any more is cancelled. */
import type { Api } from "./api";
import type { ErrorInfo, JobStatus, MapInfo } from "./api-types";
import { Attention, wait } from "./attention";
import { columnsOf, questionOf } from "./logic/columns";
import { knownInView, needed, planOf, type Ask, type InView } from "./logic/plan";
import { reduce, type Action, type State } from "./logic/state";
import type { Store } from "./store";

/** Milliseconds. */
const SETTLE = 150;
const RETRY = 3_000;
const POLL_FIRST = 100;
const POLL_LAST = 1_000;
const POLL_GROWTH = 1.3;
const OUTSTANDING = 2;

type Attempt = (work: () => Promise<unknown>, onRefusal: (error: ErrorInfo) => void) => Promise<void>;

/** A request under way. */
interface Request {
  ask: Ask;
  /** Null until the server has answered. */
  job: string | null;
  dropped: boolean;
}

export class Asker {
  private readonly requests = new Map<string, Request>();
  private inView: InView | null = null;
  private settling: ReturnType<typeof setTimeout> | undefined;
  /** Ids of the columns that were in view when something was asked last. */
  private columns = "";
  /** Of those that were looked up before they came into view. */
  private ahead = "";
  private glancing: Promise<void> | null = null;

  constructor(
    private readonly store: Store,
    private readonly attention: Attention,
    private readonly api: Api,
    private readonly attempt: Attempt,
  ) {}

  see(inView: InView): void {
    this.inView = inView;
    this.soon(SETTLE);
  }

  /** After every change of the state: other columns may be passed over quickly, so they are waited for. */
  follow(): void {
    const columns = idsOf(this.store.state);
    const isFirst = this.columns === "";
    const isOther = columns !== this.columns;
    this.columns = columns;
    if (isOther) {
      this.soon(isFirst ? 0 : SETTLE, true);
      if (!isFirst && columns !== this.ahead) this.glancing ??= this.glance().finally(() => (this.glancing = null));
    } else if (this.settling === undefined) this.soon(0);
  }

  /** Looks up what is known of where a choice leads: what will be drawn of it in view. */
  async lookAhead(choice: Action): Promise<MapInfo[]> {
    const state = reduce(this.store.state, choice);
    this.ahead = idsOf(state);
    await Promise.all(this.unknown(state).map((ask) => this.look(ask)));
    return knownInView(reduce(this.store.state, choice), this.inView);
  }

  /** The server has lost everything that was asked. */
  forget(): void {
    for (const request of this.requests.values()) request.dropped = true;
    this.requests.clear();
  }

  dropAll(): void {
    for (const column of [...this.requests.keys()]) void this.drop(column);
  }

  private soon(milliseconds: number, anew = false): void {
    if (this.settling !== undefined && !anew) return;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      this.settling = undefined;
      this.ask();
    }, milliseconds);
  }

  /** What is known of columns that are passed over is shown at once: only what has to be computed is waited for. */
  private async glance(): Promise<void> {
    const { columns } = this;
    await Promise.all(this.unknown(this.store.state).map((ask) => this.look(ask)));
    if (columns !== this.columns) await this.glance();
  }

  /** What is in view, and neither known nor under way. */
  private unknown(state: State): Ask[] {
    return planOf(state, this.inView).filter((one) => !one.urgency && !this.requests.has(one.column));
  }

  private look(ask: Ask): Promise<void> {
    return this.attempt(
      async () => {
        const { maps } = await this.api.maps({ ...questionOf(ask.column, ask.probes), compute: false });
        const known = maps.filter((one) => one.state === "done");
        if (!known.length || this.requests.has(ask.column)) return;
        this.store.dispatch({ type: "answered", column: ask.column, maps: known, job: null });
      },
      () => undefined, // Why it cannot be answered is said where it is asked for in earnest.
    );
  }

  private ask(): void {
    const { state } = this.store;
    const useful = needed(state, this.inView);
    for (const column of [...this.requests.keys()]) if (!useful.has(column)) this.release(column);
    for (const ask of planOf(state, this.inView)) {
      const before = this.requests.get(ask.column);
      if (before && (ask.urgency > 0 || this.isInSight(before))) continue;
      if (before) this.release(ask.column);
      if (this.requests.size >= OUTSTANDING && !this.makeRoom(ask.urgency)) return;
      void this.request(ask);
    }
  }

  private isInSight({ ask }: Request): boolean {
    const probes = this.inView?.probes ?? [];
    return !probes.length || ask.probes.some((probe) => probes.includes(probe));
  }

  /** Gives up the least urgent request, if it is less urgent than another; whether there was one. */
  private makeRoom(urgency: number): boolean {
    const [last] = [...this.requests.values()].sort((one, other) => other.ask.urgency - one.ask.urgency);
    if (!last || last.ask.urgency <= urgency) return false;
    this.release(last.ask.column);
    return true;
  }

  private async request(ask: Ask): Promise<void> {
    const { column, probes } = ask;
    const request: Request = { ask, job: null, dropped: false };
    this.requests.set(column, request);
    this.store.dispatch({ type: "asking", column, probes });
    await this.attempt(
      async () => {
        const { maps, job } = await this.api.maps(questionOf(column, probes));
        if (request.dropped) {
          if (job !== null) await this.api.cancel(job);
          return;
        }
        request.job = job;
        if (job === null) this.requests.delete(column);
        this.store.dispatch({ type: "answered", column, maps, job });
        if (job !== null) void this.poll(request, job);
      },
      (error) => {
        if (request.dropped) return;
        this.requests.delete(column);
        this.store.dispatch({ type: "refused", column, error });
      },
    );
  }

  private async poll(request: Request, job: string): Promise<void> {
    const { column } = request.ask;
    let seen = 0;
    let pause = POLL_FIRST;
    for (;;) {
      await wait(pause);
      await this.attention.here();
      const status = request.dropped ? null : await this.progress(request, job, seen);
      if (request.dropped) return;
      pause = status ? Math.min(POLL_LAST, pause * POLL_GROWTH) : RETRY;
      if (!status) continue;
      seen += status.finished.length;
      const ended = status.state === "done" || status.state === "cancelled";
      if (ended) this.end(request);
      this.store.dispatch({ type: "job", column, status });
      // Cancelled by somebody else who had asked the same: here it is still wanted.
      if (status.state === "cancelled") this.store.dispatch({ type: "dropped", column });
    }
  }

  /** Null when there was no answer; a job that the server has forgotten is asked for again. */
  private async progress(request: Request, job: string, seen: number): Promise<JobStatus | null> {
    let status: JobStatus | null = null;
    await this.attempt(
      async () => void (status = await this.api.job(job, seen)),
      () => {
        if (!request.dropped) this.release(request.ask.column);
      },
    );
    return status;
  }

  private end(request: Request): void {
    request.dropped = true;
    this.requests.delete(request.ask.column);
  }

  /** Nobody looks at it now: should it be wanted again, it is asked for again. */
  private release(column: string): void {
    void this.drop(column);
    this.store.dispatch({ type: "dropped", column });
  }

  private async drop(column: string): Promise<void> {
    const request = this.requests.get(column);
    if (!request) return;
    this.end(request);
    const { job } = request;
    if (job !== null)
      await this.attempt(
        () => this.api.cancel(job),
        () => undefined,
      );
  }
}

function idsOf(state: State): string {
  return columnsOf(state)
    .map((one) => one.id)
    .join();
}
