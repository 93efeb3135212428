import assert from "node:assert/strict";
import { test } from "node:test";
import { CHOICE, type Choice } from "./choice";
import { readHash, readPicks, readTargets, writeHash, writePicks, writeTargets } from "./hash";

const FULL: Choice = {
  view: "inspect",
  columns: "classes",
  run: "a/b & c=d #1",
  runs: ["a/b & c=d #1", "x,y%"],
  runsAt: "best",
  step: 0,
  model: "teacher",
  picks: { kind: "steps", steps: [0, 5, 9] },
  spacing: "step",
  visualization: "occlusion",
  methods: ["occlusion", "saliency"],
  settings: { occlusion: { window: 0.3, fill: "black" }, saliency: { channels: "l2" } },
  targets: { kind: "classes", classes: [0, 7] },
  classes: ["class-0", "rank-2", "true"],
  selected: ["p", "q"],
  inspected: "q",
  rank: 1,
  comparison: ["0", "9"],
  swipe: 0.25,
  zoom: { top: 0.1, left: 0.2, height: 0.5, width: 0.5 },
  spot: { down: 0.3, right: 0.9 },
  search: "a & b=c",
  filter: "confident-wrong",
  label: 0,
  order: "change",
  arrangement: "map",
  display: {
    layer: "map",
    signedColours: "red-blue",
    magnitudeColours: "viridis",
    opacity: 0.5,
    threshold: 0,
    clip: 0.25,
    smoothing: true,
    masks: true,
  },
  scale: "manual",
  locked: true,
  end: 3.4,
  otherEnds: { saliency: 0.02 },
};

test("a link carries the whole choice, class 0, step 0 and odd names included", () => {
  assert.deepEqual(readHash(writeHash(FULL)), FULL);
  for (const scale of ["view", "probe"] as const) {
    const free = { ...FULL, scale, locked: false, end: null };
    assert.deepEqual(readHash(writeHash(free)), free);
  }
  assert.deepEqual(readHash(writeHash({ ...FULL, scale: "manual", locked: false })), { ...FULL, locked: false });
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

test("which checkpoints are columns is written so that a person can read it", () => {
  for (const written of ["all", "even-8", "log-1", "steps-0", "steps-0,5,9"]) {
    assert.equal(writePicks(readPicks(written)), written);
  }
  for (const malformed of ["even-0", "even-9999", "log-x", "steps-", "some"])
    assert.deepEqual(readPicks(malformed), { kind: "all" });
});

test("settings of several visualizations travel together, those of none leave nothing", () => {
  const choice = { ...CHOICE, visualization: "rise", settings: { rise: {}, "my.own": { a: 1 } } };
  const hash = writeHash(choice);
  assert.equal(hash, "#picasso&p.picasso.visualization=rise&p.picasso.settings.my.own=%7B%22a%22%3A1%7D");
  assert.deepEqual(readHash(hash)?.settings, { "my.own": { a: 1 } });
});
