import assert from "node:assert/strict";
import { test } from "node:test";
import { pictureUrl } from "./addresses";
import { probe } from "./fixtures";

const side = (height: number, width: number, shown?: number): string | null =>
  new URLSearchParams(pictureUrl("run", { ...probe("a"), height, width }, shown).split("?")[1]).get("side");

test("a picture that is shown far smaller than it is comes smaller, never smaller than it is shown", () => {
  assert.equal(side(1024, 1024, 120), "128");
  assert.equal(side(1024, 1024, 129), "256");
  assert.equal(side(1024, 1024, 512), "512");
  assert.equal(side(1024, 1024, 600), null);
  assert.equal(side(255, 255, 100), null);
  assert.equal(side(300, 300), null);
});

test("the longer side counts", () => {
  assert.equal(side(500, 1000, 128), "128");
  assert.equal(side(1000, 500, 128), "256");
});
