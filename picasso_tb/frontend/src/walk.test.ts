import assert from "node:assert/strict";
import { test } from "node:test";
import { Store } from "./store";
import { Walk } from "./walk";

/** A walk, the steps it has gone to, and what tells it that the last of them is drawn. */
function walking(): { walk: Walk; steps: (number | null)[]; draw: () => Promise<void> } {
  const store = new Store();
  const steps: (number | null)[] = [];
  store.listen(() => steps.push(store.state.choice.step), new AbortController().signal);
  let drawn = (): void => undefined;
  const walk = new Walk(store, () => new Promise((resolve) => (drawn = resolve)));
  const draw = async (): Promise<void> => {
    drawn();
    await new Promise(setImmediate);
  };
  return { walk, steps, draw };
}

function to(walk: Walk, ...steps: number[]): void {
  for (const step of steps) void walk.go({ type: "choose", choice: { step } });
}

test("the first is gone to at once, and of those asked for until it is drawn only the last", async () => {
  const { walk, steps, draw } = walking();
  to(walk, 1, 2, 3);
  assert.deepEqual(steps, [1]);
  await draw();
  assert.deepEqual(steps, [1, 3]);
  await draw();
  to(walk, 4);
  assert.deepEqual(steps, [1, 3, 4]);
});

test("what is not drawn soon is not waited for", async () => {
  const { walk, steps } = walking();
  to(walk, 1, 2);
  await new Promise((resolve) => setTimeout(resolve, 400));
  assert.deepEqual(steps, [1, 2]);
});

test("the last is gone to before something else is chosen", async () => {
  const { walk, steps, draw } = walking();
  to(walk, 1, 2);
  walk.arrive();
  assert.deepEqual(steps, [1, 2]);
  await draw();
  assert.deepEqual(steps, [1, 2]);
});
