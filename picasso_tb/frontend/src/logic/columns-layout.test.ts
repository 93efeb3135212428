import assert from "node:assert/strict";
import { test } from "node:test";
import { byStep, evenly, GAP, inSight, type Layout } from "./columns-layout";

function gapsOf({ lefts }: Layout): number[] {
  return lefts.slice(1).map((left, index) => left - (lefts[index] ?? 0));
}

test("columns share the room, and stay readable when there are many", () => {
  const few = evenly(10, 1000, 168);
  assert.ok(few.total <= 1000 && few.total > 960);
  const many = evenly(200, 1000, 168);
  assert.ok(many.width >= 72 && many.total > 200 * 72);
  assert.ok(evenly(1, 1000, 240).width <= 240);
  assert.deepEqual(evenly(0, 1000, 168).lefts, []);
});

test("by step, equal steps take equal room and no columns overlap", () => {
  const steps = [0, 10, 20, 60];
  const layout = byStep(steps, 900, 168);
  const [first = 0, second = 0, third = 0] = gapsOf(layout);
  assert.ok(Math.abs(first - second) < 1e-9 && Math.abs(third - 4 * first) < 1e-9);
  assert.ok(first >= layout.width + GAP);
  assert.deepEqual(
    layout.marks,
    layout.lefts.map((left) => left + layout.width / 2),
  );
});

test("by step, columns become narrower before the strip outgrows its room", () => {
  const { width, total, lefts } = byStep([0, 1, 4], 700, 300);
  assert.ok(width < 300 && width > 120);
  assert.equal(total, 700);
  assert.equal((lefts.at(-1) ?? 0) + width, total);
});

test("by step, the strip stays bounded: close columns stand side by side, their marks where they belong", () => {
  const steps = [0, 1, 2, 3, 10_000];
  const layout = byStep(steps, 900, 168);
  assert.ok(layout.total <= 3 * 900);
  for (const gap of gapsOf(layout)) assert.ok(gap >= layout.width + GAP - 1e-9);
  const [one = 0, two = 0] = layout.marks;
  assert.ok(Math.abs(two - one - (layout.total - layout.width) / 10_000) < 1e-9);
  assert.ok((layout.lefts.at(-1) ?? 0) + layout.width <= layout.total + 1e-9);
});

test("by step, crowded last columns move to the left", () => {
  const layout = byStep([0, 9_997, 9_998, 9_999, 10_000], 900, 168);
  for (const gap of gapsOf(layout)) assert.ok(gap >= layout.width + GAP - 1e-9);
  assert.ok((layout.lefts[0] ?? -1) >= 0 && (layout.lefts.at(-1) ?? 0) + layout.width <= layout.total + 1e-9);
});

test("the same step twice, as of two models, is no fault", () => {
  const layout = byStep([0, 0, 5, 5], 900, 168);
  for (const gap of gapsOf(layout)) assert.ok(gap >= layout.width + GAP - 1e-9);
});

test("what touches the window is in sight, found as a slow search finds it", () => {
  const starts = [0, 40, 45, 100, 180, 181, 300];
  const sizes = [30, 5, 50, 70, 1, 100, 20];
  for (let from = -20; from < 340; from += 7) {
    const to = from + 60;
    const slow = starts.flatMap((start, index) => (start + (sizes[index] ?? 0) >= from && start <= to ? [index] : []));
    const [first, end] = inSight(starts, (index) => sizes[index] ?? 0, from, to);
    for (const index of slow) assert.ok(index >= first && index < end, `${index} for ${from}`);
    assert.ok(end - first <= slow.length + 1);
  }
});
