import assert from "node:assert/strict";
import { test } from "node:test";
import type { MapEntry, ProbeInfo } from "../api-types";
import { catalogue, checkpoint, checkpoints, entry, probe, runs } from "./fixtures";
import {
  allShown,
  arranged,
  checkpointOf,
  classNamed,
  estimateOf,
  notesOf,
  questionKey,
  questionOf,
  saturated,
  scaleOf,
  stretchOf,
} from "./select";
import { reduce, START, type Action, type State } from "./state";

function stateWith(probes: ProbeInfo[], maps: MapEntry[], ...more: Action[]): State {
  const loaded: Action[] = [
    { type: "catalogue", catalogue: catalogue() },
    { type: "runs", runs: runs("run") },
    {
      type: "run-loaded",
      run: "run",
      checkpoints: checkpoints(checkpoint(0)),
      probes: { probes, problems: [] },
    },
  ];
  const state = [...loaded, ...more].reduce(reduce, START);
  const question = questionOf(state);
  assert.ok(question);
  return reduce(state, {
    type: "answered",
    key: questionKey(question),
    question,
    response: { maps, job: null },
  });
}

const sure = { predictions: [{ class_index: 0, probability: 0.999 }] };
const PROBES = [probe("right", 0), probe("wrong", 1), probe("unlabelled", null), probe("pending", 0)];
const MAPS = [
  entry("right", { ...sure, lowest: 0, highest: 0.02 }),
  entry("wrong", { lowest: -0.8, highest: 0.3 }),
  entry("unlabelled", { lowest: 0, highest: 0.2, predictions: [{ class_index: 1, probability: 0.6 }] }),
  entry("pending", null),
];

test("wrong needs a label and a prediction; no effect needs a map below the threshold", () => {
  const state = stateWith(PROBES, MAPS);
  const shown = allShown(state, scaleOf(state));
  assert.deepEqual(
    shown.map((one) => one.wrong),
    [false, true, null, null],
  );
  assert.deepEqual(
    shown.map((one) => one.noEffect),
    [true, false, false, false],
  );
});

test("filters and orders", () => {
  const state = stateWith(PROBES, MAPS);
  const shown = allShown(state, scaleOf(state));
  const ids = (filter: "all" | "wrong" | "no-effect", order: "logged" | "confidence" | "peak"): string[] =>
    arranged(shown, { filter, order }).map((one) => one.probe.id);
  assert.deepEqual(ids("wrong", "logged"), ["wrong"]);
  assert.deepEqual(ids("no-effect", "logged"), ["right"]);
  assert.deepEqual(ids("all", "peak"), ["wrong", "unlabelled", "right", "pending"]);
  assert.deepEqual(ids("all", "confidence"), ["right", "wrong", "unlabelled", "pending"]);
  assert.deepEqual(ids("all", "logged"), ["right", "wrong", "unlabelled", "pending"]);
});

test("maps of a probe stand in the order of their ranks", () => {
  const state = stateWith([probe("p")], [entry("p", {}, 1), entry("p", {}, 0)]);
  assert.deepEqual(
    allShown(state, scaleOf(state))[0]?.maps.map((one) => one.rank),
    [0, 1],
  );
});

test("notes of all maps are told from those of single probes", () => {
  const state = stateWith(
    [probe("p"), probe("q")],
    [entry("p", { notes: ["brute force", "saturated"] }), entry("q", { notes: ["brute force"] })],
  );
  assert.deepEqual(notesOf(allShown(state, scaleOf(state))), {
    common: ["brute force"],
    single: [{ probe: "name of p", text: "saturated" }],
  });
});

test("the logit is offered where a sure probability shows no effect, and only there", () => {
  const state = stateWith(PROBES, MAPS);
  assert.equal(saturated(state, allShown(state, scaleOf(state))), 1);
  const onLogit = stateWith(PROBES, MAPS, { type: "setting", name: "score", value: "logit" });
  assert.equal(saturated(onLogit, allShown(onLogit, scaleOf(onLogit))), 0);
});

test("with several models a step alone means any, a model its own", () => {
  const both = checkpoints(checkpoint(1, "a"), checkpoint(1, "b"), checkpoint(2, "a"), checkpoint(3, "b"));
  const load: Action = {
    type: "run-loaded",
    run: "run",
    checkpoints: both,
    probes: { probes: [], problems: [] },
  };
  const state = [{ type: "runs", runs: runs("run") } satisfies Action, load].reduce(reduce, START);
  const chosen = (step: number, model: string): string | undefined =>
    checkpointOf(reduce(state, { type: "choose", choice: { step, model } }))?.id;
  assert.equal(chosen(1, "a"), "a-1");
  assert.equal(chosen(1, "b"), "b-1");
  assert.equal(chosen(2, "b"), "b-1");
});

test("a class is found by its name or its number, and only one that exists", () => {
  const model = { name: "m", class_names: ["Pullover", "coat", "7"], classes: 3, height: 2, width: 3, channels: 1 };
  assert.equal(classNamed(model, " pullover "), 0);
  assert.equal(classNamed(model, "1"), 1);
  assert.equal(classNamed(model, "7"), 2);
  assert.equal(classNamed(model, "3"), null);
  assert.equal(classNamed(model, "shirt"), null);
  assert.equal(classNamed({ ...model, class_names: [] }, "class 2"), 2);
});

test("wide pictures and few get more room, within bounds", () => {
  const sized = (height: number, width: number, count = 10): ProbeInfo[] =>
    Array.from({ length: count }, (_, index) => ({ ...probe(String(index)), height, width }));
  assert.equal(stretchOf(sized(4, 3)), 1);
  assert.equal(stretchOf(sized(8, 27)), 1.5);
  assert.equal(stretchOf(sized(1, 100)), 2);
  assert.ok(stretchOf(sized(4, 4, 1)) > 1);
  assert.ok(Number.isFinite(stretchOf([])));
});

test("an estimate counts only for the question it was made for", () => {
  const state = stateWith(PROBES, MAPS);
  const question = questionOf(state);
  assert.ok(question);
  const estimated = reduce(state, { type: "estimated", key: questionKey(question), value: null, error: null });
  assert.ok(estimateOf(estimated));
  assert.equal(estimateOf(reduce(estimated, { type: "setting", name: "window", value: 0.3 })), null);
  assert.equal(estimateOf(reduce(estimated, { type: "setting", name: "window", value: 3 })), null);
});
