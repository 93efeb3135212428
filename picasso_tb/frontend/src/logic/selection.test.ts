import assert from "node:assert/strict";
import { test } from "node:test";
import { allToggled, clicked } from "./selection";

const LISTED = ["a", "b", "c", "d", "e"];
const PLAIN = { toggle: false, range: false };

test("a click selects one alone, with Ctrl one more or one less", () => {
  assert.deepEqual(clicked(["a", "b"], LISTED, "c", "a", PLAIN), ["c"]);
  assert.deepEqual(clicked(["c"], LISTED, "c", "c", PLAIN), ["c"]);
  assert.deepEqual(clicked(["a"], LISTED, "c", "a", { toggle: true, range: false }), ["a", "c"]);
  assert.deepEqual(clicked(["a", "c"], LISTED, "a", "c", { toggle: true, range: false }), ["c"]);
});

test("Shift selects from the one before to this one, in either direction, with Ctrl besides what was", () => {
  assert.deepEqual(clicked(["b"], LISTED, "d", "b", { toggle: false, range: true }), ["b", "c", "d"]);
  assert.deepEqual(clicked(["e"], LISTED, "b", "d", { toggle: false, range: true }), ["b", "c", "d"]);
  assert.deepEqual(clicked(["e"], LISTED, "b", "a", { toggle: true, range: true }), ["e", "a", "b"]);
});

test("a range without a beginning, or with one that is filtered out, is the one itself", () => {
  assert.deepEqual(clicked([], LISTED, "d", null, { toggle: false, range: true }), ["d"]);
  assert.deepEqual(clicked([], LISTED, "d", "gone", { toggle: false, range: true }), ["d"]);
});

test("all that is listed is selected, and deselected again, beside what is not listed", () => {
  assert.deepEqual(allToggled(["x", "b"], ["a", "b"]), ["x", "b", "a"]);
  assert.deepEqual(allToggled(["x", "b", "a"], ["a", "b"]), ["x"]);
});
