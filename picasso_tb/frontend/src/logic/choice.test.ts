import assert from "node:assert/strict";
import { test } from "node:test";
import { CHOICE, readHash, readTargets, writeHash, writeTargets, type Choice } from "./choice";

const FULL: Choice = {
  run: "a/b & c=d #1",
  step: 0,
  model: "teacher",
  visualization: "occlusion",
  settings: { occlusion: { window: 0.3, fill: "black" } },
  targets: { kind: "classes", classes: [0, 7] },
  display: {
    layer: "map",
    signedColours: "red-blue",
    magnitudeColours: "viridis",
    opacity: 0.5,
    threshold: 0,
    clip: 0.25,
  },
  arrangement: "map",
  filter: "wrong",
  order: "peak",
  locked: true,
  end: 3.4,
};

test("a link carries the whole choice, class 0, step 0 and odd names included", () => {
  assert.deepEqual(readHash(writeHash(FULL)), FULL);
  const free = { ...FULL, locked: false, end: null };
  assert.deepEqual(readHash(writeHash(free)), free);
});

test("a link is short where nothing was chosen", () => {
  assert.equal(writeHash({ ...CHOICE, run: "shortcut", step: 5 }), "#picasso&p.picasso.run=shortcut&p.picasso.step=5");
});

test("a fragment without anything of ours is no link", () => {
  for (const hash of ["", "#picasso", "#scalars&p.other.run=x"]) assert.equal(readHash(hash), null);
});

test("what is malformed counts as absent", () => {
  const choice = readHash(
    "#picasso&p.picasso.run=x&p.picasso.step=ten&p.picasso.opacity=7&p.picasso.layer=under" +
      "&p.picasso.visualization=occlusion&p.picasso.settings=%7Bwindow&p.picasso.order=%E0%A4%A&p.picasso.targets=top-0",
  );
  assert.deepEqual(choice, { ...CHOICE, run: "x", visualization: "occlusion" });
});

test("targets are written so that a person can read them", () => {
  for (const written of ["top-1", "top-20", "true", "class-0", "class-3,5"]) {
    assert.equal(writeTargets(readTargets(written)), written);
  }
  assert.deepEqual(readTargets("class-"), { kind: "top", count: 1 });
});
