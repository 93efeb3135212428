import assert from "node:assert/strict";
import { test } from "node:test";
import { Recent } from "./recent";

test("forgets what was used longest ago once the bound is exceeded", () => {
  const recent = new Recent<string, number>(10, (value) => value);
  recent.set("a", 4);
  recent.set("b", 4);
  assert.equal(recent.get("a"), 4);
  recent.set("c", 4);
  assert.deepEqual([recent.get("a"), recent.get("b"), recent.get("c")], [4, undefined, 4]);
});

test("replacing and deleting give the room back", () => {
  const recent = new Recent<string, number>(10, (value) => value);
  recent.set("a", 6);
  recent.set("a", 5);
  recent.set("b", 5);
  assert.equal(recent.get("a"), 5);
  recent.delete("a");
  recent.set("c", 5);
  assert.equal(recent.get("b"), 5);
});

test("one that alone exceeds the bound is kept until the next comes", () => {
  const recent = new Recent<string, number>(10, (value) => value);
  recent.set("a", 50);
  assert.equal(recent.get("a"), 50);
  recent.set("b", 1);
  assert.equal(recent.get("a"), undefined);
});
