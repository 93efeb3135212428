import assert from "node:assert/strict";
import { test } from "node:test";
import type { Action } from "./logic/state";
import { Store } from "./store";
import { Walk } from "./walk";

interface Walking {
  walk: Walk;
  /** Those whose maps are asked for, and those gone to. */
  asked: number[];
  steps: (number | null)[];
  bring: () => Promise<void>;
  draw: () => Promise<void>;
}

function walking(): Walking {
  const store = new Store();
  const [asked, steps]: [number[], (number | null)[]] = [[], []];
  store.listen(() => steps.push(store.state.choice.step), new AbortController().signal);
  let [ready, drawn] = [(): void => undefined, (): void => undefined];
  const ahead = (choice: Action): Promise<void> => {
    if (choice.type === "choose") asked.push(choice.choice.step ?? NaN);
    return new Promise((resolve) => (ready = resolve));
  };
  const walk = new Walk(store, ahead, () => new Promise<void>((resolve) => (drawn = resolve)));
  const bring = (): Promise<void> => after(ready);
  const draw = (): Promise<void> => after(drawn);
  return { walk, asked, steps, bring, draw };
}

async function after(act: () => void): Promise<void> {
  act();
  await new Promise(setImmediate);
}

function to(walk: Walk, ...steps: number[]): void {
  for (const step of steps) void walk.go({ type: "choose", choice: { step } });
}

test("of those asked for while maps come only the last follows, and its maps come while the first's are drawn", async () => {
  const { walk, asked, steps, bring, draw } = walking();
  to(walk, 1, 2, 3);
  assert.deepEqual([asked, steps], [[1], []]);
  await bring();
  assert.deepEqual([asked, steps], [[1, 3], [1]]);
  await bring();
  assert.deepEqual(steps, [1]);
  await draw();
  assert.deepEqual(steps, [1, 3]);
});

test("a walk that begins anew waits for the last one's maps", async () => {
  const { walk, steps, bring, draw } = walking();
  to(walk, 1);
  await bring();
  to(walk, 2);
  await bring();
  assert.deepEqual(steps, [1]);
  await draw();
  assert.deepEqual(steps, [1, 2]);
});

test("maps that do not come soon are not waited for", async () => {
  const { walk, steps } = walking();
  to(walk, 1);
  await new Promise((resolve) => setTimeout(resolve, 400));
  assert.deepEqual(steps, [1]);
});

test("the last is gone to before something else is chosen, and nothing is gone back to", async () => {
  const { walk, steps, bring } = walking();
  to(walk, 1, 2);
  walk.arrive();
  assert.deepEqual(steps, [2]);
  to(walk, 3);
  await bring();
  assert.deepEqual(steps, [2]);
  await bring();
  assert.deepEqual(steps, [2, 3]);
});
