import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProbeInfo } from "../api-types";
import type { Column } from "./columns";
import { literal, pythonOf } from "./python";

const probe = (id: string, more: Partial<ProbeInfo> = {}): ProbeInfo => ({
  id,
  name: id,
  label: 0,
  height: 4,
  width: 6,
  masks: [],
  mask_versions: {},
  uploaded: false,
  location: null,
  image_version: "v",
  ...more,
});

const column = (more: object = {}): Column =>
  ({
    id: "",
    name: "8",
    title: "step 8",
    run: "shortcut",
    checkpoint: { id: "model-8", step: 8, model: "model", names: [], metrics: {}, wall_time: 0 },
    visualization: { name: "occlusion", draws_map: true },
    settings: { window: 0.2, positions: 10, fill: "grey" },
    targets: { kind: "top", count: 2 },
    rank: null,
    ...more,
  }) as unknown as Column;

const RUNS = [{ name: "shortcut", path: "/logs/short cut" }];

test("one column is one call that stands alone", () => {
  const written = pythonOf([{ column: column(), probes: [probe("a", { name: "one\ntwo" })] }], RUNS);
  assert.equal(
    written,
    `from picasso_tb import explain, open_run

run = open_run("/logs/short cut")
probes = run.probes([
    "a",  # one two
])
explanation = explain(
    run.checkpoint(step=8, model="model"),
    probes,
    "occlusion",
    top=2,  # most probable classes
    settings={"window": 0.2, "positions": 10, "fill": "grey"},
)

print(explanation.quantity, explanation.maps.shape)  # (n, k, height, width)
`,
  );
});

test("a visualization of one's own goes by its file, and one without a map is asked for none", () => {
  const visualization = { name: "worth", file: "/mine/worth.py", draws_map: false };
  const own = column({ visualization, name: "worth" });
  const probes = [probe("a")];
  assert.match(pythonOf([{ column: own, probes }], RUNS), /\n {4}"\/mine\/worth\.py",\n/);
  const both = [own, column({ title: "step 4" })].map((one) => ({ column: one, probes }));
  assert.doesNotMatch(pythonOf(both, RUNS), /maps\.shape/);
});

test("columns of one run open it once", () => {
  const other = column({ title: "step 4", checkpoint: { ...column().checkpoint, step: 4 } });
  const probes = [probe("a")];
  const written = pythonOf(
    [
      { column: other, probes },
      { column: column(), probes },
    ],
    RUNS,
  );
  assert.equal(written.match(/open_run\(/g)?.length, 1);
  assert.match(written, /explanations\["step 4"\] = explain\(\n {4}run.checkpoint\(step=4/);
  assert.match(written, /explanations\["step 8"\] = explain\(\n {4}run.checkpoint\(step=8/);
});

test("targets are those of the column: class 0 too, and the true ones only where known", () => {
  const call = (targets: Column["targets"], rank: number | null = null): string =>
    pythonOf([{ column: column({ targets, rank }), probes: [probe("a"), probe("b", { label: null })] }], RUNS);
  assert.match(call({ kind: "classes", classes: [0] }), /targets=0,/);
  assert.match(call({ kind: "classes", classes: [0, 3, 0] }), /targets=\[\[0, 3\]\] \* len\(probes\),/);
  assert.match(call({ kind: "classes", classes: [4, 0] }, 1), /targets=0,/);
  const labelled = call({ kind: "true" });
  assert.match(labelled, /targets=\[probe.label for probe in probes\],/);
  assert.doesNotMatch(labelled, /"b"/);
});

test("added pictures come from where they lie", () => {
  const probes = [probe("a"), probe("up", { location: '/cache/up"loads', uploaded: true })];
  const written = pythonOf([{ column: column(), probes }], RUNS);
  assert.match(written, /probes \+= open_run\("\/cache\/up\\"loads"\)\.probes\(\[\n {4}"up",/);
});

test("JSON values become Python's", () => {
  assert.equal(literal({ a: [true, false, null, 1e-7, "ü\n"] }), '{"a": [True, False, None, 1e-7, "ü\\n"]}');
});
