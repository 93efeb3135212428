import assert from "node:assert/strict";
import { test } from "node:test";
import { barsOf, cellWords, placesOf } from "./exhibits";
import { checkpoints, checkpoint } from "./fixtures";

const MODEL = checkpoints(checkpoint(0)).models[0] ?? null;
const chart = { kind: "bars" as const, title: "", x_label: "", y_label: "" };

test("a class is shown by its name, class 0 too; a number with few digits", () => {
  assert.equal(cellWords({ class_index: 0 }, MODEL), "pullover");
  assert.equal(cellWords({ class_index: 7 }, MODEL), "class 7");
  assert.equal(cellWords(0.123456, MODEL), "0.1235");
  assert.equal(cellWords(0, MODEL), "0");
  assert.equal(cellWords(null, MODEL), "");
});

test("bars share one scale that holds zero, also below it; what is not known has no length", () => {
  const [first, second] = barsOf({ ...chart, x: ["a", "b"], lines: { one: [3, null], other: [-1, 0] } }, MODEL);
  assert.deepEqual(first?.bars, [
    { name: "one", value: 3, from: 0.25, length: 0.75 },
    { name: "other", value: -1, from: 0, length: 0.25 },
  ]);
  assert.deepEqual(
    second?.bars.map((bar) => [bar.from, bar.length]),
    [
      [0.25, 0],
      [0.25, 0],
    ],
  );
  assert.equal(barsOf({ ...chart, x: ["a"], lines: { one: [0] } }, MODEL)[0]?.bars[0]?.length, 0);
});

test("places are numbers where they can be", () => {
  assert.deepEqual(placesOf({ ...chart, x: [0, 5, 9], lines: {} }), [0, 5, 9]);
  assert.deepEqual(placesOf({ ...chart, x: ["a", 5], lines: {} }), [0, 1]);
  assert.deepEqual(placesOf({ ...chart, x: [5, 1], lines: {} }), [0, 1]);
});
