import assert from "node:assert/strict";
import { test } from "node:test";
import { effective, fieldsOf, filled, hasProblems, isChanged, problem, shown, type Field } from "./form";

/** As pydantic writes it: references, alternatives with null, constants, exclusive bounds. */
const SCHEMA = {
  $defs: { Fill: { enum: ["grey", "black"], type: "string" } },
  properties: {
    space: { const: "input", default: "input", title: "Paint on", anyOf: undefined },
    window: { type: "number", minimum: 0.05, maximum: 0.5, default: 0.2, title: "Window", percent: true },
    positions: { type: "integer", minimum: 2, maximum: 100, default: 10, title: "Positions", unit: "a side" },
    fill: {
      $ref: "#/$defs/Fill",
      default: "grey",
      title: "Fill",
      description: "What the patch is painted with.",
    },
    noise: { anyOf: [{ type: "number", exclusiveMinimum: 0 }, { type: "null" }], default: null },
    absolute: { type: "boolean", default: true },
    picture_size: { type: "integer", minimum: 16, default: 244, when: { fill: "black" } },
    weights: { type: "array", items: { type: "number" }, default: [] },
  },
};
const fields = fieldsOf(SCHEMA);

function field(name: string): Field {
  const found = fields.find((one) => one.name === name);
  if (!found) throw new Error(name);
  return found;
}

test("fields keep the order of the schema; what no control can express is left out", () => {
  assert.deepEqual(
    fields.map(({ name, kind }) => `${name}: ${kind}`),
    [
      "space: choice",
      "window: number",
      "positions: number",
      "fill: choice",
      "noise: number",
      "absolute: toggle",
      "picture_size: number",
    ],
  );
});

test("labels, help, choices and units come from the schema", () => {
  const fill = field("fill");
  assert.equal(fill.label, "Fill");
  assert.equal(fill.help, "What the patch is painted with.");
  assert.deepEqual(fill.kind === "choice" && fill.choices.map((one) => one.label), ["Grey", "Black"]);
  assert.equal(field("noise").label, "Noise");
  const window = field("window");
  assert.ok(window.kind === "number" && window.percent && window.unit === "%" && window.step === 0.01);
});

test("a value out of bounds is said in words, with the bound as it is shown", () => {
  assert.equal(problem(field("window"), 0.7), "At most 50 %. Received: 70 %.");
  assert.equal(problem(field("positions"), 1), "At least 2 a side. Received: 1 a side.");
  assert.equal(problem(field("positions"), 2.5), "Expected a whole number. Received: 2.5.");
  assert.equal(problem(field("positions"), null), "Expected a number between 2 a side and 100 a side.");
  assert.equal(problem(field("positions"), 100), "");
  assert.equal(problem(field("noise"), null), "");
  assert.notEqual(problem(field("noise"), 0), "");
});

test("a field with a condition is shown, checked and sent only while it holds", () => {
  const changed = { picture_size: 3 };
  assert.ok(!shown(fields, changed).includes(field("picture_size")));
  assert.ok(!hasProblems(fields, changed));
  assert.deepEqual(effective(fields, changed), {});
  assert.ok(hasProblems(fields, { ...changed, fill: "black" }));
  assert.deepEqual(effective(fields, { picture_size: 32, fill: "black" }), {
    fill: "black",
    picture_size: 32,
  });
});

test("a value set back to its default is no change, and false and null are values", () => {
  assert.ok(!isChanged(field("window"), { window: 0.2 }));
  assert.ok(isChanged(field("absolute"), { absolute: false }));
  assert.deepEqual(effective(fields, { window: 0.2, absolute: false }), { absolute: false });
  assert.equal(filled(fields, { absolute: false }).absolute, false);
  assert.ok(hasProblems(fields, { positions: null }));
});
