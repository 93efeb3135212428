interface Request<V> {
  answer: Promise<V>;
  waiting: number;
  stop: AbortController;
}

/** Requests under way, made once for all who wait for the same; one ends when the last of them gives up. */
export class Shared<V> {
  private readonly requests = new Map<string, Request<V>>();

  ask(key: string, signal: AbortSignal, make: (signal: AbortSignal) => Promise<V>): Promise<V> {
    const request = this.requests.get(key) ?? this.begin(key, make);
    request.waiting += 1;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(signal.reason as Error);
        request.waiting -= 1;
        if (!request.waiting) this.end(key, request);
      };
      if (signal.aborted) leave();
      else signal.addEventListener("abort", leave, { once: true });
      request.answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
    });
  }

  private begin(key: string, make: (signal: AbortSignal) => Promise<V>): Request<V> {
    const stop = new AbortController();
    const request: Request<V> = { answer: make(stop.signal), waiting: 0, stop };
    this.requests.set(key, request);
    const forget = (): void => this.forget(key, request);
    request.answer.then(forget, forget);
    return request;
  }

  private end(key: string, request: Request<V>): void {
    this.forget(key, request);
    request.stop.abort();
  }

  private forget(key: string, request: Request<V>): void {
    if (this.requests.get(key) === request) this.requests.delete(key);
  }
}
