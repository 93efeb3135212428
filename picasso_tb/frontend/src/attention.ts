/** Whether the tab is in view: TensorBoard hides a tab without telling it, but an IntersectionObserver sees it. */
export class Attention {
  private shown = false;
  private waiting: (() => void)[] = [];

  /** Calls `onShow` each time the element comes into view. */
  constructor(element: Element, onShow: () => void) {
    new IntersectionObserver((entries) => {
      this.shown = entries.at(-1)?.isIntersecting ?? false;
      if (!this.shown) return;
      onShow();
      for (const resume of this.waiting.splice(0)) resume();
    }).observe(element);
  }

  /** Resolves while in view, at once or when it comes back. */
  here(): Promise<void> {
    return this.shown ? Promise.resolve() : new Promise((resume) => this.waiting.push(resume));
  }
}

/** Once the next frame is drawn. */
export async function nextFrame(): Promise<void> {
  await new Promise(requestAnimationFrame);
  await nextTask();
}

/** Before a timer, which waits up to 4 ms. */
function nextTask(): Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  const task = new Promise((resume) => (port1.onmessage = resume));
  port2.postMessage(null);
  return task.finally(() => port1.close());
}

export function wait(milliseconds: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, milliseconds));
}
