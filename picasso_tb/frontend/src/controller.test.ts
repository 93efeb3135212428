import assert from "node:assert/strict";
import { test } from "node:test";
import type { Api } from "./api";
import type { Attention } from "./attention";
import { Controller } from "./controller";
import { catalogue } from "./logic/fixtures";
import { Store } from "./store";

test("an answer that nobody expected is said, and the next look goes on", async (context) => {
  const said = context.mock.method(console, "error", () => undefined);
  const store = new Store();
  let broken = true;
  const api = {
    catalogue: () => Promise.resolve(catalogue()),
    runs: () => (broken ? Promise.reject(new TypeError("undefined")) : Promise.resolve({ runs: [], scanned: true })),
  } as unknown as Api;
  const controller = new Controller(store, {} as unknown as Attention, api);
  await controller.look();
  assert.equal(store.state.notice, "TypeError: undefined");
  assert.equal(said.mock.callCount(), 1);
  broken = false;
  await controller.look();
  assert.deepEqual(store.state.runs, { runs: [], scanned: true });
});
