/** Keeps the state and the server in step: asks what the state calls for, and puts the answers into it. */
import { ApiError, Unreachable, type Api } from "./api";
import type { ErrorInfo, ProbeInfo } from "./api-types";
import { Asker } from "./asker";
import { Attention, wait } from "./attention";
import type { Loader } from "./loader";
import { costKey, costQuestions } from "./logic/cost";
import type { InView } from "./logic/plan";
import { checkpointOf } from "./logic/select";
import type { Action } from "./logic/state";
import type { Store } from "./store";

/** Milliseconds. Settings change many times a second while a slider moves. */
const SETTLE = 200;
const LOOK_AGAIN = 15_000;
const LOOK_AGAIN_EMPTY = 30_000;
const LOOK_AGAIN_SCANNING = 700;
const RETRY = 3_000;

export class Controller {
  private readonly asker: Asker;
  private settling: ReturnType<typeof setTimeout> | undefined;
  /** Runs whose contents were asked for: those in view, read when they come into it and at every look. */
  private opened = new Set<string>();
  /** How many connections ago a worker was warmed up. */
  private warmed = 0;
  /** Keys of the estimates that were missing last, and of those that are being asked for. */
  private missing = "";
  private readonly estimating = new Set<string>();
  private coming = new AbortController();

  constructor(
    private readonly store: Store,
    private readonly attention: Attention,
    private readonly api: Api,
    private readonly loader: Loader,
  ) {
    this.asker = new Asker(store, attention, api, (work, refuse) => this.attempt(work, refuse));
  }

  start(signal: AbortSignal): void {
    this.store.listen(() => this.follow(), signal);
    signal.addEventListener("abort", () => this.leave());
    void this.keepLooking(signal);
  }

  /** Reads the index at once, as when TensorBoard's reload button is pressed. */
  async look(): Promise<void> {
    const { store, api } = this;
    const before = [...this.opened];
    await this.attempt(async () => {
      const [catalogue, runs] = await Promise.all([api.catalogue(), api.runs()]);
      store.dispatch({ type: "catalogue", catalogue });
      store.dispatch({ type: "runs", runs });
      await Promise.all(before.filter((run) => this.opened.has(run)).map((run) => this.loadRun(run)));
    });
    this.follow();
  }

  /** Stops what is being computed; what is finished stays. */
  cancel(): void {
    this.store.dispatch({ type: "cancelled" });
    this.asker.dropAll();
  }

  /** Nobody will look at what is being computed. */
  leave(): void {
    this.asker.dropAll();
  }

  /** Brings the maps that are known of where a choice leads, so that they can be drawn at once. */
  async ahead(choice: Action): Promise<void> {
    this.coming.abort();
    const { signal } = (this.coming = new AbortController());
    const known = await this.asker.lookAhead(choice);
    if (signal.aborted) return;
    await Promise.allSettled(known.map(({ key }) => this.loader.map(key, signal)));
  }

  see(inView: InView): void {
    this.asker.see(inView);
  }

  async upload(files: readonly File[]): Promise<void> {
    const limit = this.store.state.catalogue?.limits.upload_bytes ?? Infinity;
    await this.add(files, (file) => {
      if (file.size <= limit) return this.api.upload(file, file.name);
      const message = `Expected at most ${megabytes(limit)}. Received: ${megabytes(file.size)}.`;
      throw new ApiError(413, { code: "too_large", message, field: "file" });
    });
  }

  /** An added picture is named by bringing it once more. */
  async rename(probe: ProbeInfo, name: string, region: string | null): Promise<void> {
    const run = this.store.state.choice.run ?? "";
    await this.add([probe], async () => this.api.upload(await this.api.picture(run, probe), name, region));
  }

  /** Brings one after the other; says of all at once what went wrong. */
  private async add<T extends { name: string }>(
    items: readonly T[],
    bring: (item: T) => Promise<unknown>,
  ): Promise<void> {
    const problems: string[] = [];
    this.store.dispatch({ type: "uploads", change: 1 });
    for (const item of items) {
      let problem = "TensorBoard did not answer.";
      await this.attempt(
        async () => {
          await bring(item);
          problem = "";
        },
        (error) => (problem = error.message),
      );
      if (problem) problems.push(`${item.name}: ${problem}`);
    }
    this.store.dispatch({ type: "uploads", change: -1 });
    if (problems.length) this.complain(problems.join(" "));
    await this.look();
  }

  /** Nothing is asked of it any more; should it stay, the next look brings it back. */
  async forget(probe: string): Promise<void> {
    this.store.dispatch({ type: "forgotten", probe });
    await this.attempt(() => this.api.forget(probe));
    await this.look();
  }

  private async keepLooking(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.attention.here();
      await this.look();
      await wait(this.pause());
    }
  }

  private pause(): number {
    const { server, runs, catalogue } = this.store.state;
    if (server === "down") return RETRY;
    if (runs?.scanned === false || catalogue?.scanned === false) return LOOK_AGAIN_SCANNING;
    return runs?.runs.length ? LOOK_AGAIN : LOOK_AGAIN_EMPTY;
  }

  /** After every change: loads the runs in view, and asks what is missing once the choices have settled. */
  private follow(): void {
    const { state } = this.store;
    if (state.server === "down") return;
    this.openRuns();
    this.asker.follow();
    const missing = costQuestions(state)
      .map(costKey)
      .filter((key) => !state.costs.has(key))
      .join();
    if (missing === this.missing) return;
    this.missing = missing;
    clearTimeout(this.settling);
    if (!missing) return;
    this.settling = setTimeout(() => void this.settled(), SETTLE);
  }

  /** The chosen run, and in the view between runs the others that are ticked. */
  private openRuns(): void {
    const { choice, runs } = this.store.state;
    const wanted = choice.columns === "runs" && choice.view === "grid" ? [choice.run, ...choice.runs] : [choice.run];
    const open = new Set((runs?.runs ?? []).map((one) => one.name).filter((name) => wanted.includes(name)));
    const fresh = [...open].filter((name) => !this.opened.has(name));
    this.opened = open;
    for (const run of fresh) void this.attempt(() => this.loadRun(run));
  }

  private async loadRun(run: string): Promise<void> {
    try {
      const [checkpoints, probes] = await Promise.all([this.api.checkpoints(run), this.api.probes(run)]);
      this.store.dispatch({ type: "run-loaded", run, checkpoints, probes });
    } catch (problem) {
      if (!(problem instanceof ApiError) || problem.status !== 404) throw problem;
      this.store.dispatch({ type: "run-gone", run });
    }
  }

  private async settled(): Promise<void> {
    this.warm();
    for (const question of costQuestions(this.store.state)) {
      const key = costKey(question);
      if (this.store.state.costs.has(key) || this.estimating.has(key)) continue;
      this.estimating.add(key);
      await this.attempt(
        async () => {
          const value = await this.api.estimate(question);
          this.store.dispatch({ type: "estimated", key, cost: { value, error: null } });
        },
        (error) => this.store.dispatch({ type: "estimated", key, cost: { value: null, error } }),
      );
      this.estimating.delete(key);
    }
  }

  /** Once a connection, so that the first map does not wait for TensorFlow to start. */
  private warm(): void {
    const { state } = this.store;
    const checkpoint = checkpointOf(state);
    const { run } = state.choice;
    if (this.warmed === state.connections || !state.catalogue?.compute.available || !checkpoint || run === null) return;
    this.warmed = state.connections;
    void this.attempt(
      () => this.api.warm(run, checkpoint.id),
      () => undefined, // What keeps it from being warmed up is said where a map is asked for.
    );
  }

  /** Runs `work`; notes whether the server answers, and hands what else goes wrong to `onRefusal`: no loop ends by it. */
  private async attempt(
    work: () => Promise<unknown>,
    onRefusal = (error: ErrorInfo): void => this.complain(error.message),
  ): Promise<void> {
    try {
      await work();
      if (this.store.state.server !== "up") this.store.dispatch({ type: "server", up: true });
    } catch (problem) {
      if (problem instanceof ApiError) onRefusal(problem.info);
      else if (problem instanceof Unreachable) this.lose();
      else {
        console.error(problem);
        onRefusal({ code: "error", message: String(problem), field: null });
      }
    }
  }

  /** The server is gone: once it is back, everything pending is asked again. */
  private lose(): void {
    this.asker.forget();
    this.missing = "";
    if (this.store.state.server !== "down") this.store.dispatch({ type: "server", up: false });
  }

  private complain(text: string): void {
    this.store.dispatch({ type: "notice", notice: text });
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
