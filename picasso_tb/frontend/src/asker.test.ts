import assert from "node:assert/strict";
import { test } from "node:test";
import type { Api } from "./api";
import type { MapEntry, MapsRequest, MapsResponse } from "./api-types";
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

interface Asking {
  store: Store;
  asker: Asker;
  asked: MapsRequest[];
  answer: (...maps: MapEntry[]) => Promise<void>;
}

/** An asker of a run with three checkpoints and two probes, and a server that answers when it is told to. */
function asking(): Asking {
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
  const answer = async (...maps: MapEntry[]): Promise<void> => {
    answers.shift()?.({ maps, job: null });
    await new Promise(setImmediate);
  };
  return { store, asker, asked, answer };
}

function toStep(step: number): Action {
  return { type: "choose", choice: { step, model: "model" } };
}

test("of checkpoints that are passed over only what is known is asked for, the last of them at the end", async () => {
  const { store, asker, asked, answer } = asking();
  for (const step of [0, 5, 9]) {
    store.dispatch(toStep(step));
    asker.follow();
  }
  const questions = (): unknown[] => asked.map((one) => [one.checkpoint, one.compute]);
  assert.deepEqual(questions(), [["model-0", false]]);
  await answer();
  assert.deepEqual(questions().slice(1), [["model-9", false]]);
  await answer(entry("p", {}), entry("q", null));
  assert.deepEqual([...(store.state.maps.get(currentColumn(store.state)?.id ?? "")?.keys() ?? [])], ["p"]);
  asker.dropAll();
});

test("what is known of where a choice leads is looked up once, before it leads there", async () => {
  const { store, asker, asked, answer } = asking();
  asker.see({ columns: [], probes: ["p"] });
  const before = store.state.choice;
  const [known, again] = [asker.lookAhead(toStep(5)), asker.lookAhead(toStep(5))];
  await answer(entry("p", { key: "at 5" }));
  await answer(entry("p", { key: "at 5" }));
  for (const found of [await known, await again, await asker.lookAhead(toStep(5))]) {
    assert.deepEqual(
      found.map(({ key }) => key),
      ["at 5"],
    );
  }
  assert.equal(store.state.choice, before);
  store.dispatch(toStep(5));
  asker.follow();
  assert.deepEqual(
    asked.filter((one) => !one.compute).map((one) => [one.checkpoint, one.probes]),
    [
      ["model-5", ["p"]],
      ["model-5", ["p"]],
    ],
  );
  asker.dropAll();
});
