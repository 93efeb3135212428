/** Keeps the state and the server in step: asks what the state calls for, and puts the answers into it. */
import { Api, ApiError, Unreachable } from "./api";
import { questionKey, questionOf } from "./logic/select";
import type { ErrorInfo, Estimate, JobStatus, MapsRequest } from "./api-types";
import { Attention, wait } from "./attention";
import type { Store } from "./store";

/** Milliseconds. Settings change many times a second while a slider moves. */
const SETTLE = 200;
const LOOK_AGAIN = 15_000;
const LOOK_AGAIN_EMPTY = 30_000;
const LOOK_AGAIN_SCANNING = 700;
const RETRY = 3_000;
const POLL_SOON = 300;
const POLL_LATER = 1_000;
const SOON_POLLS = 20;

export class Controller {
  /** Key of the question asked last, so that the same is not asked twice. */
  private asked = "";
  private job: string | null = null;
  private settling: ReturnType<typeof setTimeout> | undefined;
  /** The run whose contents are shown, read when it is opened and at every look. */
  private opened: string | null = null;

  constructor(
    private readonly store: Store,
    private readonly attention: Attention,
    private readonly api = new Api(),
  ) {}

  start(): void {
    this.store.listen(() => this.follow());
    void this.lookForever();
  }

  /** Reads the index at once, as when TensorBoard's reload button is pressed. */
  async look(): Promise<void> {
    const { store, api } = this;
    const before = this.opened;
    await this.attempt(async () => {
      // After a restart the server may be another.
      if (store.state.server !== "up") store.dispatch({ type: "catalogue", catalogue: await api.catalogue() });
      store.dispatch({ type: "runs", runs: await api.runs() });
      if (before !== null && before === this.opened) await this.loadRun(before);
    });
    this.follow();
  }

  /** Stops the job; what is finished stays. */
  cancel(): void {
    this.store.dispatch({ type: "cancelled" });
    void this.dropJob();
  }

  /** Asks the present question again. */
  compute(): void {
    this.asked = "";
    this.follow();
  }

  async upload(files: readonly File[]): Promise<void> {
    const problems: string[] = [];
    this.store.dispatch({ type: "uploads", change: 1 });
    for (const file of files) {
      const problem = await this.uploadOne(file);
      if (problem) problems.push(`${file.name}: ${problem}`);
    }
    this.store.dispatch({ type: "uploads", change: -1 });
    if (problems.length) this.complain(problems.join(" "));
    await this.look();
  }

  /** What went wrong, in words; "" when nothing did. */
  private async uploadOne(file: File): Promise<string> {
    const limit = this.store.state.catalogue?.limits.upload_bytes ?? Infinity;
    if (file.size > limit) return `Expected at most ${megabytes(limit)}. Received: ${megabytes(file.size)}.`;
    let problem = "TensorBoard did not answer.";
    await this.attempt(
      async () => {
        await this.api.upload(file);
        problem = "";
      },
      (error) => (problem = error.message),
    );
    return problem;
  }

  async forget(probe: string): Promise<void> {
    await this.attempt(() => this.api.forget(probe));
    await this.look();
  }

  private async lookForever(): Promise<never> {
    for (;;) {
      await this.attention.here();
      await this.look();
      await wait(this.pause());
    }
  }

  private pause(): number {
    const { server, runs } = this.store.state;
    if (server === "down") return RETRY;
    if (runs && !runs.scanned) return LOOK_AGAIN_SCANNING;
    return runs?.runs.length ? LOOK_AGAIN : LOOK_AGAIN_EMPTY;
  }

  /** After every change: loads the run chosen, and asks its question once the choices have settled. */
  private follow(): void {
    const { state } = this.store;
    if (state.server === "down") return;
    const run = state.runs?.runs.find((one) => one.name === state.choice.run)?.name ?? null;
    if (run !== this.opened) {
      this.opened = run;
      if (run !== null) void this.attempt(() => this.loadRun(run));
    }
    const question = questionOf(state);
    const key = question ? questionKey(question) : "";
    if (key === this.asked) return;
    this.asked = key;
    clearTimeout(this.settling);
    if (question) this.settling = setTimeout(() => void this.ask(question, key), state.answer ? SETTLE : 0);
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

  private async ask(question: MapsRequest, key: string): Promise<void> {
    await this.dropJob();
    if (key !== this.asked) return;
    void this.estimate(question, key);
    await this.attempt(
      async () => {
        const response = await this.api.maps(question);
        if (key !== this.asked) {
          if (response.job !== null) await this.api.cancel(response.job);
          return;
        }
        this.job = response.job;
        this.store.dispatch({ type: "answered", key, question, response });
        if (response.job !== null) void this.poll(response.job);
      },
      (error) => this.store.dispatch({ type: "refused", key, question, error }),
    );
  }

  private async estimate(question: MapsRequest, key: string): Promise<void> {
    const tell = (value: Estimate | null, error: ErrorInfo | null): void => {
      if (key === this.asked) this.store.dispatch({ type: "estimated", key, value, error });
    };
    await this.attempt(
      async () => tell(await this.api.estimate(question), null),
      (error) => tell(null, error),
    );
  }

  private async poll(job: string): Promise<void> {
    let seen = 0;
    for (let polls = 0; this.job === job; polls++) {
      await this.attention.here();
      const status = await this.progress(job, seen);
      if (this.job !== job) return;
      if (status) {
        seen += status.finished.length;
        this.store.dispatch({ type: "job", status });
        if (status.state === "done" || status.state === "cancelled") this.job = null;
      }
      await wait(status ? (polls < SOON_POLLS ? POLL_SOON : POLL_LATER) : RETRY);
    }
  }

  /** Null when there was no answer; a job that the server has forgotten is asked for again. */
  private async progress(job: string, seen: number): Promise<JobStatus | null> {
    let status: JobStatus | null = null;
    await this.attempt(
      async () => void (status = await this.api.job(job, seen)),
      () => {
        this.job = null;
        this.compute();
      },
    );
    return status;
  }

  private async dropJob(): Promise<void> {
    const job = this.job;
    this.job = null;
    if (job !== null)
      await this.attempt(
        () => this.api.cancel(job),
        () => undefined,
      );
  }

  /** Runs `work`; notes whether the server answers, and hands what it refuses to `onRefusal`. */
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
      else throw problem;
    }
  }

  /** The server is gone: once it is back, everything pending is asked again. */
  private lose(): void {
    this.asked = "";
    if (this.store.state.server !== "down") this.store.dispatch({ type: "server", up: false });
  }

  private complain(text: string): void {
    this.store.dispatch({ type: "notice", notice: text });
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
