import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobStatus, MapEntry } from "../api-types";
import type { Choice } from "./choice";
import { columnsOf, comparedColumns, currentColumn, neighbourColumns, questionOf, subjectOf } from "./columns";
import { catalogue, checkpoint, checkpoints, entry, mapInfo, probe, probes, runs } from "./fixtures";
import { costKey, costQuestions } from "./cost";
import { linkOf } from "./link";
import { leftOut, needed, planOf } from "./plan";
import { makeScale } from "./scale";
import { differenceScale, endInView, scaleFor, scaleOf } from "./scales";
import { shownOf } from "./shown";
import { reduce, START, type Action, type State } from "./state";

const STEPS = checkpoints(checkpoint(0), checkpoint(5), checkpoint(9), checkpoint(9, "other"));
const LOADED: Action[] = [
  { type: "server", up: true },
  { type: "catalogue", catalogue: catalogue() },
  { type: "runs", runs: runs("fixed", "shortcut", "third") },
  { type: "run-loaded", run: "fixed", checkpoints: STEPS, probes: probes("p", "q") },
  {
    type: "run-loaded",
    run: "shortcut",
    checkpoints: checkpoints(checkpoint(1), { ...checkpoint(4), names: ["best"] }, checkpoint(7)),
    probes: probes("q", "r"),
  },
];

function stateWith(choice: Partial<Choice>, ...more: Action[]): State {
  const chosen: Action = { type: "choose", choice };
  return [...LOADED, chosen, ...more].reduce(reduce, START);
}

const JOB: JobStatus = {
  id: "job",
  state: "running",
  phase: "computing",
  phase_seconds: 0,
  passes_done: 0,
  passes: 1,
  seconds_left: null,
  maps_done: 0,
  maps: 1,
  finished: [],
  previews: [],
};

function names(choice: Partial<Choice>): string[] {
  return columnsOf(stateWith(choice)).map((one) => one.name);
}

function asked(state: State, column: string, job: string | null, maps = ["p", "q"].map((id) => entry(id, {}))): State {
  const actions: Action[] = [
    { type: "asking", column, probes: maps.map((one) => one.probe) },
    { type: "answered", column, maps, job },
  ];
  return actions.reduce(reduce, state);
}

test("a gallery asks one question, checkpoints one each of the current model", () => {
  assert.deepEqual(names({}), ["9"]);
  const state = stateWith({ columns: "checkpoints", step: 5, model: "model" });
  assert.deepEqual(
    columnsOf(state).map((one) => [one.name, one.current]),
    [
      ["0", false],
      ["5", true],
      ["9", false],
    ],
  );
  assert.deepEqual(names({ columns: "checkpoints", step: 5, model: "model", view: "inspect" }), ["5"]);
  assert.deepEqual(questionOf(currentColumn(state)?.id ?? "", ["p"]), {
    run: "fixed",
    checkpoint: "model-5",
    probes: ["p"],
    visualization: "occlusion",
    settings: {},
    targets: { kind: "top", count: 1 },
    compute: true,
  });
});

test("the current checkpoint is a column whichever were picked", () => {
  const picks = { kind: "steps", steps: [0] } as const;
  assert.deepEqual(names({ columns: "checkpoints", step: 5, model: "model", picks: { ...picks, steps: [0] } }), [
    "0",
    "5",
  ]);
});

test("the order in which settings were changed makes no other question", () => {
  const id = (...order: string[]): string => {
    const set = order.map((name): Action => ({ type: "setting", name, value: name === "window" ? 0.3 : 5 }));
    return currentColumn(stateWith({}, ...set))?.id ?? "";
  };
  assert.equal(id("window", "positions"), id("positions", "window"));
});

test("drawing otherwise makes no other columns", () => {
  const state = stateWith({ columns: "checkpoints" });
  const columns = columnsOf(state);
  assert.equal(columnsOf(reduce(state, { type: "display", display: { opacity: 0.1 } })), columns);
  assert.equal(columnsOf(reduce(state, { type: "choose", choice: { order: "peak" } })), columns);
});

test("between runs each has the checkpoint asked for, and the first look ticks a second run", () => {
  const state = stateWith({ columns: "runs" });
  assert.deepEqual(state.choice.runs, ["fixed", "shortcut"]);
  const steps = (choice: Partial<Choice>): number[] =>
    columnsOf(stateWith({ columns: "runs", model: "model", ...choice })).map((one) => one.checkpoint.step);
  assert.deepEqual(steps({ step: 5, runsAt: "step" }), [5, 4]);
  assert.deepEqual(steps({ step: 0, runsAt: "step" }), [0, 1]);
  assert.deepEqual(steps({ step: 5, runsAt: "best" }), [5, 4]);
  assert.deepEqual(steps({ step: 5, runsAt: "last" }), [5, 7]);
});

test("a run is asked only for the probes it has", () => {
  const plan = planOf(stateWith({ columns: "runs" }), null);
  assert.deepEqual(
    plan.filter((one) => one.urgency === 0).map((one) => [subjectOf(one.column).run, one.probes]),
    [
      ["fixed", ["p", "q"]],
      ["shortcut", ["q"]],
    ],
  );
});

test("few classes are one question with a rank a column, class 0 among them", () => {
  const columns = columnsOf(stateWith({ columns: "classes", targets: { kind: "classes", classes: [0] } }));
  assert.deepEqual(
    columns.map((one) => [one.name, one.title, one.rank, one.current]),
    [
      ["class-0", "pullover", 0, true],
      ["class-1", "coat", 1, false],
    ],
  );
  assert.equal(new Set(columns.map((one) => one.id)).size, 1);
  assert.deepEqual(columns[0]?.targets, { kind: "classes", classes: [0, 1] });
});

test("ranks share a question, true labels have their own; what is malformed is no column", () => {
  const columns = columnsOf(
    stateWith({ columns: "classes", classes: ["rank-2", "true", "rank-1", "rank-0", "class-x"] }),
  );
  assert.deepEqual(
    columns.map((one) => [one.title, one.rank, one.targets]),
    [
      ["2nd most probable", 1, { kind: "top", count: 2 }],
      ["True label", 0, { kind: "true" }],
      ["Predicted", 0, { kind: "top", count: 2 }],
    ],
  );
});

test("methods are columns with their own settings and scales", () => {
  const set: Action = { type: "setting", name: "window", value: 0.3 };
  let state = stateWith({ columns: "methods", visualization: "occlusion" }, set);
  const [saliency, occlusion] = columnsOf(state);
  assert.ok(saliency && occlusion);
  assert.deepEqual([saliency.name, saliency.settings, occlusion.settings], ["saliency", {}, { window: 0.3 }]);
  state = asked(state, occlusion.id, null);
  state = asked(state, saliency.id, null, [
    entry("p", { quantity: "gradient", sign: "magnitude", lowest: 0, highest: 7 }),
  ]);
  assert.deepEqual(
    [scaleOf(state)?.end, scaleOf(state, saliency)?.end, scaleOf(state, saliency)?.signed],
    [0.5, 7, false],
  );
});

test("a comparison goes by names, and ends where a column has gone", () => {
  const state = stateWith({ columns: "checkpoints", step: 5, model: "model", comparison: ["0", "9"] });
  const changed = reduce(state, { type: "setting", name: "window", value: 0.3 });
  assert.deepEqual(
    comparedColumns(changed)?.map((one) => one.checkpoint.step),
    [0, 9],
  );
  assert.equal(comparedColumns(stateWith({ comparison: ["0", "9"] })), null);
});

test("one scale holds for all columns in view; per probe for its row; typed where typed", () => {
  let state = stateWith({ columns: "checkpoints", step: 5, model: "model" });
  const [first, second] = columnsOf(state);
  assert.ok(first && second);
  state = asked(state, first.id, null, [
    entry("p", { lowest: 0, highest: 0.6 }),
    entry("q", { lowest: 0, highest: 0.1 }),
  ]);
  state = asked(state, second.id, null, [
    entry("p", { lowest: -0.9, highest: 0 }),
    entry("q", { lowest: 0, highest: 0.2 }),
  ]);
  assert.equal(scaleOf(state, first)?.end, 0.9);
  assert.equal(scaleOf(state, first), scaleOf(state, second));
  const perProbe = reduce(state, { type: "choose", choice: { scale: "probe" } });
  assert.equal(scaleFor(perProbe, first, probe("q"))?.end, 0.2);
  assert.equal(scaleFor(perProbe, first, probe("p"))?.end, 0.9);
  const typed = reduce(state, { type: "choose", choice: { scale: "manual", end: 0.25 } });
  assert.equal(scaleFor(typed, first, probe("p"))?.end, 0.25);
});

test("what is in view is asked first, the current checkpoint before others, then the rest, nothing twice", () => {
  const state = stateWith({ columns: "checkpoints", step: 5, model: "model" });
  const ids = columnsOf(state).map((one) => one.id);
  const plan = planOf(state, { columns: ids.slice(1), probes: ["q"] });
  assert.deepEqual(
    plan.map((one) => [ids.indexOf(one.column), one.probes.join(), one.urgency]),
    [
      [1, "q", 0],
      [2, "q", 0],
      [0, "p,q", 1],
      [1, "p", 1],
      [2, "p", 1],
    ],
  );
});

test("nothing is asked that is known, under way, refused or cancelled; failures only when asked again", () => {
  const fresh = stateWith({});
  const column = currentColumn(fresh)?.id ?? "";
  const here = (state: State): string[] =>
    planOf(state, null).flatMap((one) => (one.column === column ? one.probes : []));
  assert.deepEqual(here(fresh), ["p", "q"]);
  const pending = asked(fresh, column, "j", [entry("p", {}), entry("q", null)]);
  assert.deepEqual(here(pending), []);
  assert.deepEqual(here(reduce(pending, { type: "dropped", column })), ["q"]);
  assert.deepEqual(here(reduce(pending, { type: "cancelled" })), []);
  assert.deepEqual(here(reduce(reduce(pending, { type: "cancelled" }), { type: "compute" })), ["q"]);
  const refused = reduce(pending, { type: "refused", column, error: { code: "x", message: "y", field: null } });
  assert.deepEqual(here(refused), []);
  const failed = asked(fresh, column, null, [entry("p", {}), { ...entry("q", null), state: "failed" }]);
  assert.deepEqual(here(failed), []);
  assert.deepEqual(here(reduce(failed, { type: "compute" })), ["q"]);
  assert.deepEqual(here(reduce(failed, { type: "server", up: true })), ["q"]);
});

test("without a map, class probabilities are asked for once and a method of one's own for the class chosen", () => {
  const state = stateWith({ targets: { kind: "classes", classes: [0] } });
  const kinds = [false, true].map((own) => {
    const known = catalogue().visualizations.map((one) => ({ ...one, draws_map: false, own }));
    const shown = reduce(state, { type: "catalogue", catalogue: { ...catalogue(), visualizations: known } });
    return currentColumn(shown)?.targets.kind;
  });
  assert.deepEqual(kinds, ["top", "classes"]);
});

test("another question goes on after a cancel; drawing otherwise does not", () => {
  const stopped = reduce(stateWith({}), { type: "cancelled" });
  assert.deepEqual(planOf(reduce(stopped, { type: "display", display: { opacity: 0 } }), null), []);
  assert.ok(planOf(reduce(stopped, { type: "setting", name: "window", value: 0.3 }), null).length > 0);
});

test("neighbour checkpoints come last, and leaving them makes them useless", () => {
  const state = stateWith({ step: 5, model: "model" });
  const plan = planOf(state, { columns: [], probes: ["q"] });
  assert.deepEqual(
    plan.filter((one) => one.urgency === 2).map((one) => [subjectOf(one.column).checkpoint, one.probes]),
    [
      ["model-0", ["q"]],
      ["model-9", ["q"]],
    ],
  );
  const elsewhere = stateWith({ step: 5, model: "model", visualization: "saliency" });
  const useful = needed(elsewhere, null);
  assert.ok(neighbourColumns(state).every((one) => !useful.has(one.id)));
});

test("of a large view only what is looked at is computed, until all is asked for", () => {
  const list = Array.from({ length: 60 }, (_, step) => checkpoint(step));
  const many = Array.from({ length: 100 }, (_, index) => String(index));
  const costly = { ...catalogue() };
  costly.visualizations = costly.visualizations.map((one) => ({ ...one, default_passes: 101 }));
  const state = stateWith(
    { columns: "checkpoints" },
    { type: "catalogue", catalogue: costly },
    { type: "run-loaded", run: "fixed", checkpoints: checkpoints(...list), probes: probes(...many) },
  );
  const [first] = columnsOf(state);
  assert.ok(first);
  const inView = { columns: [first.id], probes: ["3", "4"] };
  assert.deepEqual(planOf(state, inView), [{ column: first.id, probes: ["3", "4"], urgency: 0 }]);
  assert.equal(leftOut(state), 6000);
  const all = reduce(state, { type: "compute-all" });
  assert.equal(leftOut(all), 0);
  assert.equal(planOf(all, inView).flatMap((one) => one.probes).length, 6000);
});

test("maps of a visualization that was changed are forgotten", () => {
  let state = stateWith({});
  const column = currentColumn(state)?.id ?? "";
  state = asked(state, column, null);
  const changed = catalogue();
  changed.visualizations = changed.visualizations.map((one) => ({
    ...one,
    version: one.name === "occlusion" ? "2" : "1",
  }));
  assert.ok(!reduce(state, { type: "catalogue", catalogue: changed }).maps.has(column));
  assert.ok(reduce(state, { type: "catalogue", catalogue: catalogue() }).maps.has(column));
});

test("probes are described anew only where their maps are new", () => {
  const state = stateWith({});
  const column = currentColumn(state) ?? assert.fail();
  const one = asked(state, column.id, null, [entry("p", {})]);
  const before = shownOf(one, column);
  assert.equal(shownOf(reduce(one, { type: "display", display: { opacity: 0.2 } }), column), before);
  const after = shownOf(asked(one, column.id, null, [entry("q", { highest: 0.3 })]), column);
  assert.equal(after[0], before[0]);
  assert.notEqual(after[1], before[1]);
});

test("a rank that the model has no class for is no column", () => {
  assert.deepEqual(names({ columns: "classes", classes: ["rank-1", "rank-3"] }), ["rank-1"]);
});

test("runs that answer in other quantities have scales of their own, also per probe", () => {
  let state = stateWith({ columns: "runs" });
  const [fixed, shortcut] = columnsOf(state);
  assert.ok(fixed && shortcut);
  state = asked(state, fixed.id, null, [entry("q", { quantity: "drop in logit", lowest: 0, highest: 40 })]);
  state = asked(state, shortcut.id, null, [entry("q", { quantity: "drop in log-probability", lowest: 0, highest: 3 })]);
  assert.deepEqual([scaleOf(state, fixed)?.end, scaleOf(state, shortcut)?.end], [40, 3]);
  const perProbe = reduce(state, { type: "choose", choice: { scale: "probe" } });
  assert.deepEqual(
    [fixed, shortcut].map((one) => scaleFor(perProbe, one, probe("q"))?.end),
    [40, 3],
  );
});

test("two signed maps may differ by more than the colours hold, two magnitudes not", () => {
  const wide = differenceScale(makeScale(mapInfo({ sign: "signed" }), 0.5, 1, 0.05));
  assert.deepEqual([wide.signed, wide.clipped, wide.end], [true, 0.5, 1]);
  const magnitudes = differenceScale(makeScale(mapInfo({ sign: "magnitude" }), 0.5, 1, 0.05));
  assert.deepEqual([magnitudes.signed, magnitudes.clipped, magnitudes.end], [true, 0.5, 0.5]);
});

test("the end that the view calls for does not remember what was looked at before", () => {
  const before = stateWith({ columns: "checkpoints", step: 5, model: "model" });
  const id = columnsOf(before)[0]?.id ?? "";
  const large = asked(before, id, null, [entry("p", { lowest: 0, highest: 0.9 })]);
  const state = asked(large, id, null, [entry("p", { lowest: 0, highest: 0.6 })]);
  assert.deepEqual([scaleOf(state)?.end, endInView(state)], [0.9, 0.6]);
});

test("a link carries the larger ends of all methods in view", () => {
  let state = stateWith({ columns: "methods", visualization: "occlusion" });
  const [saliency] = columnsOf(state);
  assert.ok(saliency);
  const slopes = (highest: number): MapEntry[] => [entry("p", { quantity: "gradient", sign: "magnitude", highest })];
  state = asked(asked(state, saliency.id, null, slopes(9)), saliency.id, null, slopes(7));
  const link = linkOf(state);
  assert.deepEqual(link.otherEnds, { saliency: 9 });
  const fresh = asked(stateWith(link), saliency.id, null, slopes(7));
  assert.equal(scaleOf(fresh, saliency)?.end, 9);
  assert.deepEqual(fresh.choice.otherEnds, {});
});

test("a view that grew costly by its settings is not computed beyond what is seen, once the estimate has come", () => {
  const state = stateWith({});
  const [question] = costQuestions(state);
  assert.ok(question);
  const value = {
    maps: 2,
    known: 0,
    passes: 120_000,
    passes_per_probe: 60_000,
    seconds: null,
    sign: "signed" as const,
    quantity: "",
  };
  const costly = reduce(state, { type: "estimated", key: costKey(question), cost: { value, error: null } });
  assert.deepEqual([leftOut(state), leftOut(costly)], [0, 2]);
});

test("what a column costs is asked anew when its job has ended", () => {
  const state = stateWith({});
  const column = currentColumn(state)?.id ?? "";
  const [question] = costQuestions(state);
  assert.ok(question);
  const cost = { value: null, error: null };
  const known = reduce(asked(state, column, "job"), { type: "estimated", key: costKey(question), cost });
  const status = { ...JOB, state: "done" as const };
  assert.equal(reduce(known, { type: "job", column, status: JOB }).costs.size, 1);
  assert.equal(reduce(known, { type: "job", column, status }).costs.size, 0);
});
