import assert from "node:assert/strict";
import { test } from "node:test";
import { matching, showing, ticking } from "./ticks";

test("the filter is a regular expression, and says what is wrong with one that is none", () => {
  const names = ["fixed", "shortcut", "Shortcut/lr=0.1"];
  assert.deepEqual(matching(names, "^short"), { kept: ["shortcut", "Shortcut/lr=0.1"], problem: "" });
  assert.deepEqual(matching(names, "").kept, names);
  const { kept, problem } = matching(names, "short(");
  assert.deepEqual(kept, names);
  assert.match(problem, /Expected a regular expression\. Received: short\( \(unterminated group\)/);
});

test("a run that is shown takes the place of the only one, and joins several", () => {
  assert.deepEqual(showing({ run: "a", runs: ["a"] }, "b"), { run: "b", runs: ["b"], step: null, model: null });
  assert.deepEqual(showing({ run: "a", runs: ["a", "c"] }, "b").runs, ["a", "c", "b"]);
  assert.deepEqual(showing({ run: "a", runs: ["a", "c"] }, "c").runs, ["a", "c"]);
});

test("unticking never leaves nothing, and moves on only from the run that was unticked", () => {
  assert.deepEqual(ticking({ run: "a", runs: ["a"] }, ["a"], false), { runs: ["a"] });
  assert.deepEqual(ticking({ run: "a", runs: ["a", "b"] }, ["b"], false), { runs: ["a"] });
  assert.deepEqual(ticking({ run: "a", runs: ["a", "b"] }, ["a"], false), {
    runs: ["b"],
    run: "b",
    step: null,
    model: null,
  });
  assert.deepEqual(ticking({ run: "a", runs: ["a", "b"] }, ["b", "c"], true), { runs: ["a", "b", "c"] });
  assert.deepEqual(ticking({ run: "a", runs: ["a", "b", "c"] }, ["a", "b", "c"], false), { runs: ["a"] });
});
