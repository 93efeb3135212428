import assert from "node:assert/strict";
import { test } from "node:test";
import { mapInfo } from "./fixtures";
import { largestSize, leastEnd, makeScale, peakValue, place, roundUp } from "./scale";

test("a signed scale is symmetric with zero in the middle", () => {
  const scale = makeScale(mapInfo({ lowest: 0, highest: 0.4 }), 0.4, 1, 0.05);
  assert.equal(place(scale, 0), 0.5);
  assert.equal(place(scale, 0.4), 1);
  assert.equal(place(scale, -0.4), 0);
  assert.equal(place(scale, 0.1) - 0.5, 0.5 - place(scale, -0.1));
});

test("a magnitude starts at zero, however large its smallest value", () => {
  const scale = makeScale(mapInfo({ sign: "magnitude", lowest: 3, highest: 4 }), 4, 1, 0.05);
  assert.equal(place(scale, 0), 0);
  assert.equal(place(scale, 3), 0.75);
  assert.equal(place(scale, 4), 1);
});

test("clipping ends the colours early, and the threshold is a share of where they end", () => {
  const scale = makeScale(mapInfo(), 2, 0.5, 0.1);
  assert.equal(scale.end, 2);
  assert.equal(scale.clipped, 1);
  assert.equal(scale.threshold, 0.1);
  assert.equal(place(scale, 1.7), 1);
});

test("maps of nothing but zeros have a scale all the same", () => {
  const scale = makeScale(mapInfo({ lowest: 0, highest: 0 }), 0, 1, 0.05);
  assert.equal(place(scale, 0), 0.5);
});

test("only differences of probability have a least end", () => {
  assert.equal(leastEnd("drop in class probability when covered"), 0.5);
  assert.equal(leastEnd("drop in log-probability when covered"), 0);
  assert.equal(leastEnd("drop in logit when covered"), 0);
  assert.equal(leastEnd("absolute slope of the class probability"), 0);
});

test("the peak has the larger size, and the end holds every map", () => {
  assert.equal(peakValue(mapInfo({ lowest: -3, highest: 2 })), -3);
  assert.equal(peakValue(mapInfo({ lowest: -1, highest: 2 })), 2);
  assert.equal(peakValue(mapInfo({ lowest: null, highest: null })), null);
  assert.equal(largestSize([mapInfo({ lowest: -3, highest: 2 }), mapInfo({ lowest: 0, highest: 2.5 })]), 3);
  assert.equal(largestSize([]), 0);
});

test("ends are rounded up to two digits, never down", () => {
  assert.equal(roundUp(0), 0);
  assert.equal(roundUp(0.8734), 0.88);
  assert.equal(roundUp(0.88), 0.88);
  assert.equal(roundUp(123.4), 130);
  assert.equal(roundUp(0.00123), 0.0013);
  for (let value = 0.001; value < 1000; value *= 1.07) {
    assert.ok(roundUp(value) >= value && roundUp(value) <= value * 1.1, String(value));
  }
});
