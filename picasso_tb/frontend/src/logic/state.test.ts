import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobStatus, MapEntry, MapsRequest } from "../api-types";
import { currentColumn, questionOf as questionFor } from "./columns";
import { hasProbe, progressOf } from "./cost";
import { catalogue, checkpoint, checkpoints, entry, mapInfo, probes, runs } from "./fixtures";
import { linkOf } from "./link";
import { scaleOf } from "./scales";
import { checkpointOf, contentsOf, probesOf } from "./select";
import { reduce, START, type Action, type State } from "./state";

function after(...actions: Action[]): State {
  return actions.reduce(reduce, START);
}

const STEPS = checkpoints(checkpoint(0), checkpoint(5), checkpoint(9));
const LOADED: Action[] = [
  { type: "catalogue", catalogue: catalogue() },
  { type: "runs", runs: runs("fixed", "shortcut") },
  { type: "run-loaded", run: "fixed", checkpoints: STEPS, probes: probes("p", "q") },
];

/** What the panel's choices ask of all probes. */
function questionOf(state: State): MapsRequest | null {
  const column = currentColumn(state);
  return (
    column &&
    questionFor(
      column.id,
      probesOf(state).map((one) => one.id),
    )
  );
}

function currentId(state: State): string {
  return currentColumn(state)?.id ?? assert.fail("nothing is asked");
}

function answered(state: State, maps: MapEntry[], job: string | null = null): State {
  const column = currentId(state);
  const asking: Action = { type: "asking", column, probes: maps.map((one) => one.probe) };
  return reduce(reduce(state, asking), { type: "answered", column, maps, job });
}

function status(state: State, change: Partial<JobStatus>): Action {
  return {
    type: "job",
    column: currentId(state),
    status: {
      id: "j",
      state: "running",
      phase: "computing",
      phase_seconds: 1,
      passes_done: 1,
      passes: 2,
      seconds_left: null,
      maps_done: 0,
      maps: 2,
      finished: [],
      previews: [],
      ...change,
    },
  };
}

function entryIn(state: State, column: string, probe: string): MapEntry | undefined {
  return state.maps.get(column)?.get(probe)?.[0];
}

test("begins with the first run, its newest checkpoint and occlusion", () => {
  const state = after(...LOADED);
  assert.deepEqual(questionOf(state), {
    run: "fixed",
    checkpoint: "model-9",
    probes: ["p", "q"],
    visualization: "occlusion",
    settings: {},
    targets: { kind: "top", count: 1 },
    compute: true,
  });
});

test("asks nothing while a setting is out of range", () => {
  const state = after(...LOADED, { type: "setting", name: "positions", value: 1000 });
  assert.equal(questionOf(state), null);
  const mended = reduce(state, { type: "setting", name: "positions", value: 20 });
  assert.deepEqual(questionOf(mended)?.settings, { positions: 20 });
});

test("standing at the last checkpoint follows the newest; standing elsewhere stays", () => {
  const more = checkpoints(...STEPS.checkpoints, checkpoint(12));
  const logged: Action = { type: "run-loaded", run: "fixed", checkpoints: more, probes: probes("p") };
  const atLast = after(...LOADED, { type: "choose", choice: { step: 9, model: "model" } });
  assert.equal(checkpointOf(reduce(atLast, logged))?.step, 12);
  for (const step of [0, 5]) {
    const earlier = after(...LOADED, { type: "choose", choice: { step, model: "model" } });
    assert.equal(checkpointOf(reduce(earlier, logged))?.step, step);
  }
});

test("a link's step is kept until the run is loaded, and one that is gone gives the step before", () => {
  const state = after({ type: "choose", choice: { run: "fixed", step: 7 } }, ...LOADED);
  assert.equal(checkpointOf(state)?.step, 5);
  assert.equal(linkOf(state).step, 5);
});

test("polling the same answers changes nothing that is drawn", () => {
  const state = after(...LOADED);
  const again = LOADED.map((action) => structuredClone(action)).reduce(reduce, state);
  assert.equal(again.runs, state.runs);
  assert.equal(again.contents.get("fixed")?.checkpoints, state.contents.get("fixed")?.checkpoints);
  assert.equal(again.contents.get("fixed")?.probes, state.contents.get("fixed")?.probes);
});

test("a run that vanishes while it is open is named, and another takes its place", () => {
  for (const gone of [
    { type: "run-gone", run: "fixed" },
    { type: "runs", runs: runs("shortcut") },
  ] satisfies Action[]) {
    const state = reduce(after(...LOADED), gone);
    assert.equal(state.choice.run, "shortcut");
    assert.match(state.notice ?? "", /"fixed"/);
    assert.ok(!state.contents.has("fixed"));
  }
});

test("an added picture is gone from every run as soon as it is to be removed", () => {
  const state = reduce(after(...LOADED), { type: "forgotten", probe: "p" });
  const left = [...state.contents.values()].map(({ probes }) => probes.probes.map(({ id }) => id));
  assert.deepEqual(left, [["q"]]);
});

test("a link to a run that never was says so and goes to the first run", () => {
  const state = after({ type: "choose", choice: { run: "nowhere", step: 3 } }, ...LOADED);
  assert.deepEqual([state.choice.run, state.choice.step], ["fixed", null]);
  assert.match(state.notice ?? "", /"nowhere"/);
});

test("a link's run is waited for while the log directory is being read", () => {
  const link: Action = { type: "choose", choice: { run: "shortcut", step: 3 } };
  const state = after(link, { type: "runs", runs: { ...runs("fixed"), scanned: false } });
  assert.deepEqual([state.choice.run, state.choice.step, state.notice], ["shortcut", 3, null]);
  assert.equal(reduce(state, { type: "runs", runs: runs("fixed", "shortcut") }).choice.step, 3);
});

test("a link's visualization is waited for while the users' own are being read", () => {
  const link: Action = { type: "choose", choice: { visualization: "own" } };
  const read = (scanned: boolean): Action => ({ type: "catalogue", catalogue: { ...catalogue(), scanned } });
  const waiting = after(link, read(false));
  assert.deepEqual([waiting.choice.visualization, waiting.notice], ["own", null]);
  const gone = reduce(waiting, read(true));
  assert.equal(gone.choice.visualization, "occlusion");
  assert.match(gone.notice ?? "", /no visualization "own"/);
});

test("what a job finishes takes the place of what was pending, and a preview stands in for it before", () => {
  const state = answered(after(...LOADED), [entry("p", null), entry("q", null)], "j");
  const column = currentId(state);
  assert.equal(progressOf(state)?.phase, "computing");
  const preview = mapInfo({ key: "preview-1" });
  const early = { key: "q-0", state: "preview" as const, info: preview, error: null };
  const previewed = reduce(state, status(state, { previews: [early] }));
  assert.deepEqual(entryIn(previewed, column, "q"), { ...entry("q", null), info: preview });
  const again = reduce(previewed, status(state, { previews: [early] }));
  assert.equal(entryIn(again, column, "q"), entryIn(previewed, column, "q"));
  const done = mapInfo({ key: "q-0" });
  const error = { code: "worker_failed", message: "Out of memory", field: null };
  const finished: JobStatus["finished"] = [
    { key: "q-0", state: "done", info: done, error: null },
    { key: "p-0", state: "failed", info: null, error },
  ];
  const next = reduce(previewed, status(state, { state: "done", finished }));
  assert.equal(progressOf(next)?.phase, "done");
  assert.deepEqual(entryIn(next, column, "q"), { ...entry("q", null), state: "done", info: done });
  assert.deepEqual(entryIn(next, column, "p"), { ...entry("p", null), state: "failed", error });
});

test("a locked scale grows and never shrinks; an unlocked one fits what is in view", () => {
  const logit = { quantity: "drop in logit when covered" };
  let state = answered(after(...LOADED), [entry("p", { ...logit, lowest: -2, highest: 1 })]);
  assert.equal(scaleOf(state)?.end, 2);
  state = answered(state, [entry("p", { ...logit, lowest: 0, highest: 8 })]);
  assert.equal(scaleOf(state)?.end, 8);
  state = answered(state, [entry("p", { ...logit, lowest: 0, highest: 1 })]);
  assert.equal(scaleOf(state)?.end, 8);
  assert.equal(linkOf(state).end, 8);
  state = reduce(state, { type: "lock", locked: false });
  assert.equal(scaleOf(state)?.end, 1);
  state = reduce(state, { type: "lock", locked: true });
  assert.equal(scaleOf(state)?.end, 8);
  state = reduce(state, { type: "reset-display" });
  assert.equal(scaleOf(state)?.end, 1);
});

test("tiny changes of probability are not drawn as large ones, and a link carries a larger end", () => {
  let state = answered(after(...LOADED), [entry("p", { lowest: 0, highest: 0.01 })]);
  assert.equal(scaleOf(state)?.end, 0.5);
  assert.equal(linkOf(state).end, null);
  state = answered(state, [entry("p", { lowest: -0.8, highest: 0.01 })]);
  assert.equal(scaleOf(state)?.end, 0.8);
  assert.equal(linkOf(state).end, 0.8);
});

test("the end that a link brought along holds for the first maps", () => {
  const linked = after({ type: "choose", choice: { end: 6 } }, ...LOADED);
  const state = answered(linked, [entry("p", { quantity: "drop in logit when covered", lowest: 0, highest: 2 })]);
  assert.equal(scaleOf(state)?.end, 6);
});

test("settings are kept for each visualization, and reset alone", () => {
  const state = after(
    ...LOADED,
    { type: "setting", name: "window", value: 0.3 },
    { type: "choose", choice: { visualization: "saliency" } },
    { type: "reset-settings" },
    { type: "choose", choice: { visualization: "occlusion" } },
  );
  assert.deepEqual(questionOf(state)?.settings, { window: 0.3 });
  assert.deepEqual(questionOf(reduce(state, { type: "reset-settings" }))?.settings, {});
});

test("a run keeps its place, and so its colour, when others come and go", () => {
  const state = after(
    { type: "runs", runs: runs("fixed", "shortcut") },
    { type: "runs", runs: runs("a new one", "fixed", "shortcut") },
    { type: "runs", runs: runs("a new one", "shortcut") },
  );
  assert.deepEqual(state.knownRuns, ["fixed", "shortcut", "a new one"]);
});

test("runs may bear the names of an object's own properties", () => {
  for (const name of ["constructor", "__proto__", "toString"]) {
    const fresh = after({ type: "choose", choice: { run: name } }, { type: "runs", runs: runs(name) });
    assert.equal(contentsOf(fresh), undefined);
    const loaded = reduce(fresh, { type: "run-loaded", run: name, checkpoints: STEPS, probes: probes("p") });
    assert.equal(checkpointOf(loaded)?.step, 9);
  }
});

test("the end of a link is not taken over by another visualization or setting", () => {
  const linked = after({ type: "choose", choice: { visualization: "occlusion", end: 6 } }, ...LOADED);
  const others: Action[] = [
    { type: "choose", choice: { visualization: "saliency" } },
    { type: "setting", name: "score", value: "logit" },
  ];
  for (const other of others) {
    const state = answered(reduce(linked, other), [entry("p", { quantity: "other", lowest: 0, highest: 2 })]);
    assert.equal(scaleOf(state)?.end, 2);
  }
});

test("each time the server is found again counts", () => {
  const up: Action = { type: "server", up: true };
  const state = after(up, { type: "server", up: false }, up);
  assert.deepEqual([state.server, state.connections], ["up", 2]);
});

test("maps that failed in a finished job are counted, and can be asked for again", () => {
  const error = { code: "damaged_file", message: "The file is damaged.", field: null };
  const failed: MapEntry = { ...entry("p", null), state: "failed", error };
  const state = answered(after(...LOADED), [failed, entry("q", {})]);
  assert.equal(progressOf(state)?.phase, "done");
  assert.deepEqual(progressOf(state)?.failed, { maps: 1, message: "The file is damaged." });
  const again = reduce(state, { type: "compute" });
  assert.deepEqual([...(again.maps.get(currentId(again))?.keys() ?? [])], ["q"]);
  const quiet = answered(after(...LOADED), [{ ...failed, error: { ...error, code: "cannot_compute" } }]);
  assert.equal(progressOf(quiet)?.failed.maps, 0);
});

test("a probe that another run lacks is known to be none of its", () => {
  const state = after(...LOADED, { type: "run-loaded", run: "shortcut", checkpoints: STEPS, probes: probes("q") });
  assert.deepEqual(
    ["p", "q"].map((probe) => hasProbe(state, "shortcut", probe)),
    [false, true],
  );
});
