import assert from "node:assert/strict";
import { test } from "node:test";
import type { MapEntry, ProbeInfo } from "../api-types";
import type { Choice } from "./choice";
import { currentColumn, questionOf } from "./columns";
import { costKey, costOf, costQuestions, viewCost } from "./cost";
import { catalogue, checkpoint, checkpoints, entry, probe, runs } from "./fixtures";
import { notesOf, saturated, viewNotes } from "./notes";
import { checkpointOf, className, classNamed, outputWords, settingsFields, unusable } from "./select";
import { rowsOf, shownOf, type Shown } from "./shown";
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
  const column = currentColumn(state)?.id ?? assert.fail("nothing is asked");
  const asked: Action[] = [
    { type: "asking", column, probes: probes.map((one) => one.id) },
    { type: "answered", column, maps, job: null },
  ];
  return asked.reduce(reduce, state);
}

function allShown(state: State): readonly Shown[] {
  return shownOf(state, currentColumn(state) ?? assert.fail("nothing is asked"));
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
  const shown = allShown(state);
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
  const ids = (filter: Choice["filter"], order: Choice["order"], more: Partial<Choice> = {}): string[] =>
    rowsOf(reduce(state, { type: "choose", choice: { filter, order, ...more } })).map((one) => one.probe.id);
  assert.deepEqual(ids("wrong", "logged"), ["wrong"]);
  assert.deepEqual(ids("no-effect", "logged"), ["right"]);
  assert.deepEqual(ids("confident-wrong", "logged"), ["wrong"]);
  assert.deepEqual(ids("uploaded", "logged"), []);
  assert.deepEqual(ids("all", "logged", { label: 0 }), ["right", "pending"]);
  assert.deepEqual(ids("all", "logged", { search: "OF wro" }), ["wrong"]);
  assert.deepEqual(ids("all", "logged", { search: "coat" }), ["wrong", "unlabelled"]);
  assert.deepEqual(ids("all", "peak"), ["wrong", "unlabelled", "right", "pending"]);
  assert.deepEqual(ids("all", "confidence"), ["right", "wrong", "unlabelled", "pending"]);
  assert.deepEqual(ids("all", "logged"), ["right", "wrong", "unlabelled", "pending"]);
});

test("maps of a probe stand in the order of their ranks", () => {
  const state = stateWith([probe("p")], [entry("p", {}, 1), entry("p", {}, 0)]);
  assert.deepEqual(
    allShown(state)[0]?.maps.map((one) => one.rank),
    [0, 1],
  );
});

test("notes of all maps are told from those of single probes", () => {
  const state = stateWith(
    [probe("p"), probe("q")],
    [entry("p", { notes: ["brute force", "saturated"] }), entry("q", { notes: ["brute force"] })],
  );
  assert.deepEqual(notesOf(allShown(state)), {
    common: ["brute force"],
    single: [{ of: "name of p", text: "saturated" }],
  });
  assert.deepEqual(viewNotes(state), notesOf(allShown(state)));
});

test("a model without classes gives a value, which is no probability and has one score", () => {
  const [model] = checkpoints(checkpoint(0)).models;
  const occlusion = catalogue().visualizations[1];
  assert.ok(model && occlusion);
  const number = { ...model, classes: 1, class_names: [] };
  assert.deepEqual(
    [outputWords(model, 0.41), outputWords(number, 0.41), outputWords(number, 1)],
    [".41", "0.41", "1.00"],
  );
  assert.equal(className(number, 0), "value");
  const names = [model, number].map((one) => settingsFields(occlusion, one).map(({ name }) => name));
  assert.deepEqual(names, [
    ["window", "positions", "score"],
    ["window", "positions"],
  ]);
});

test("the logit is offered where a sure probability shows no effect, and only there", () => {
  const state = stateWith(PROBES, MAPS);
  assert.equal(saturated(state), 1);
  const onLogit = stateWith(PROBES, MAPS, { type: "setting", name: "score", value: "logit" });
  assert.equal(saturated(onLogit), 0);
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
  const names = { class_names: ["Pullover", "coat", "7"], classes: 3 };
  const model = { name: "m", ...names, height: 2, width: 3, channels: 1, layers: [], offers: [] };
  assert.equal(classNamed(model, " pullover "), 0);
  assert.equal(classNamed(model, "1"), 1);
  assert.equal(classNamed(model, "7"), 2);
  assert.equal(classNamed(model, "3"), null);
  assert.equal(classNamed(model, "shirt"), null);
  assert.equal(classNamed({ ...model, class_names: [] }, "class 2"), 2);
});

test("an estimate counts only for the question it was made for", () => {
  const state = stateWith(PROBES, MAPS);
  const [question] = costQuestions(state);
  assert.deepEqual(
    question,
    questionOf(
      currentColumn(state)?.id ?? "",
      PROBES.map((one) => one.id),
    ),
  );
  const value = {
    maps: 4,
    known: 3,
    passes: 101,
    passes_per_probe: 101,
    seconds: 2,
    sign: "signed" as const,
    quantity: "",
  };
  const estimated = reduce(state, { type: "estimated", key: costKey(question), cost: { value, error: null } });
  assert.ok(costOf(estimated));
  assert.deepEqual(viewCost(estimated), {
    columns: 1,
    probes: 4,
    maps: 4,
    known: 3,
    passes: 101,
    passesPerProbe: 101,
    seconds: 2,
  });
  assert.equal(costOf(reduce(estimated, { type: "setting", name: "window", value: 0.3 })), undefined);
  assert.equal(costOf(reduce(estimated, { type: "setting", name: "window", value: 3 })), undefined);
});

test("what a model does not offer, or what is broken, cannot be chosen, and says why", () => {
  const state = stateWith(PROBES, MAPS);
  const [one] = catalogue().visualizations;
  assert.ok(one);
  assert.equal(unusable(state, one), null);
  assert.equal(unusable(state, { ...one, error: "line 3: invalid syntax" }), "line 3: invalid syntax");
  const bare = checkpoints(checkpoint(0));
  const models = bare.models.map((model) => ({ ...model, offers: ["scores"] }));
  const { probes } = state.contents.get("run") ?? assert.fail();
  const load: Action = { type: "run-loaded", run: "run", checkpoints: { ...bare, models }, probes };
  assert.match(
    unusable(reduce(state, load), { ...one, needs: "gradients" }) ?? "",
    /gradients.*"model" does not offer/,
  );
});
