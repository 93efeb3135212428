import assert from "node:assert/strict";
import { test } from "node:test";
import type { Api } from "./api";
import type { MapsRequest } from "./api-types";
import type { Attention } from "./attention";
import { Controller } from "./controller";
import type { Loader } from "./loader";
import { catalogue, checkpoint, checkpoints, entry, probes, runs } from "./logic/fixtures";
import { Store } from "./store";

const NOWHERE = {} as unknown as Attention;

test("an answer that nobody expected is said, and the next look goes on", async (context) => {
  const said = context.mock.method(console, "error", () => undefined);
  const store = new Store();
  let broken = true;
  const api = {
    catalogue: () => Promise.resolve(catalogue()),
    runs: () => (broken ? Promise.reject(new TypeError("undefined")) : Promise.resolve({ runs: [], scanned: true })),
  } as unknown as Api;
  const controller = new Controller(store, NOWHERE, api, {} as unknown as Loader);
  await controller.look();
  assert.equal(store.state.notice, "TypeError: undefined");
  assert.equal(said.mock.callCount(), 1);
  broken = false;
  await controller.look();
  assert.deepEqual(store.state.runs, { runs: [], scanned: true });
});

test("maps that a choice leads to are fetched before, and no more once another choice is on its way", async () => {
  const store = new Store();
  store.dispatch({ type: "catalogue", catalogue: catalogue() });
  store.dispatch({ type: "runs", runs: runs("fixed") });
  const contents = { checkpoints: checkpoints(checkpoint(0), checkpoint(5), checkpoint(9)), probes: probes("p") };
  store.dispatch({ type: "run-loaded", run: "fixed", ...contents });
  const api = {
    maps: ({ checkpoint: id }: MapsRequest) => Promise.resolve({ maps: [entry("p", { key: id })], job: null }),
  } as unknown as Api;
  const fetched: [string, AbortSignal][] = [];
  const loader = {
    map: (key: string, signal: AbortSignal) => {
      fetched.push([key, signal]);
      return Promise.reject(new Error("unreadable"));
    },
  } as unknown as Loader;
  const controller = new Controller(store, NOWHERE, api, loader);
  for (const step of [0, 5]) await controller.ahead({ type: "choose", choice: { step } });
  assert.deepEqual(
    fetched.map(([key, { aborted }]) => [key, aborted]),
    [
      ["model-0", true],
      ["model-5", false],
    ],
  );
});
