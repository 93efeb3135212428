import assert from "node:assert/strict";
import { test } from "node:test";
import type { Api } from "./api";
import type { MapsRequest, MapsResponse } from "./api-types";
import { Asker } from "./asker";
import type { Attention } from "./attention";
import { catalogue, checkpoint, checkpoints, entry, probes, runs } from "./logic/fixtures";
import { currentColumn } from "./logic/columns";
import type { Action } from "./logic/state";
import { Store } from "./store";

const LOADED: Action[] = [
  { type: "catalogue", catalogue: catalogue() },
  { type: "runs", runs: runs("fixed") },
  {
    type: "run-loaded",
    run: "fixed",
    checkpoints: checkpoints(checkpoint(0), checkpoint(5), checkpoint(9)),
    probes: probes("p", "q"),
  },
];

test("of checkpoints that are passed over only what is known is asked for, the last of them at the end", async () => {
  const store = new Store();
  for (const action of LOADED) store.dispatch(action);
  const asked: MapsRequest[] = [];
  const answers: ((answer: MapsResponse) => void)[] = [];
  const api = {
    maps: (question: MapsRequest) => {
      asked.push(question);
      return new Promise<MapsResponse>((resolve) => answers.push(resolve));
    },
  } as unknown as Api;
  const asker = new Asker(store, {} as unknown as Attention, api, async (work) => {
    await work();
  });
  asker.follow();
  const goTo = (step: number): void => {
    store.dispatch({ type: "choose", choice: { step, model: "model" } });
    asker.follow();
  };
  for (const step of [0, 5, 9]) goTo(step);
  assert.deepEqual(
    asked.map((one) => [one.checkpoint, one.compute]),
    [["model-0", false]],
  );
  answers[0]?.({ maps: [], job: null });
  await new Promise(setImmediate);
  assert.deepEqual(
    asked.slice(1).map((one) => [one.checkpoint, one.compute]),
    [["model-9", false]],
  );
  answers[1]?.({ maps: [entry("p", {}), entry("q", null)], job: null });
  await new Promise(setImmediate);
  assert.deepEqual([...(store.state.maps.get(currentColumn(store.state)?.id ?? "")?.keys() ?? [])], ["p"]);
  asker.dropAll();
});
