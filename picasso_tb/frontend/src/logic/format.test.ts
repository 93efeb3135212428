import assert from "node:assert/strict";
import { test } from "node:test";
import { end, percent, phaseWords, plain, probability, seconds, signed, whereabouts } from "./format";

test("probabilities have two digits and are never quite sure", () => {
  const words = [0.974, 0.5, 0.996, 1, 0.004, 0, 0.049].map(probability);
  assert.deepEqual(words, [".97", ".50", ">.99", ">.99", "<.01", "<.01", ".05"]);
});

test("signed values have a real minus and few digits", () => {
  const words = [0.894, -0.008, 12.44, 1234.5, -0.00021, 0].map((value) => signed(value));
  assert.deepEqual(words, ["+0.89", "\u22120.008", "+12.4", "+1,235", "\u22122.1e\u22124", "0"]);
  assert.equal(signed(0.5, false), "0.50");
});

test("ends of scales and bounds drop zeros that say nothing", () => {
  assert.deepEqual(
    [end(1, true), end(-0.5, true), end(0.95, true), end(120, false)],
    ["+1", "\u22120.5", "+0.95", "120"],
  );
  assert.deepEqual([plain(5), plain(0.05), plain(-2)], ["5", "0.05", "\u22122"]);
  assert.equal(percent(0.07), 7);
});

test("times have one unit", () => {
  assert.deepEqual([0.04, 0.44, 3.2, 119, 7200].map(seconds), ["0.1 s", "0.4 s", "3 s", "2 min", "2.0 h"]);
});

test("places are said row before column", () => {
  assert.equal(whereabouts(0, 5, 4, 6), "in the upper right");
  assert.equal(whereabouts(3, 0, 4, 6), "in the lower left");
  assert.equal(whereabouts(2, 3, 5, 7), "in the middle");
  assert.equal(whereabouts(2, 0, 5, 7), "in the middle left");
  assert.equal(whereabouts(0, 3, 5, 7), "in the upper middle");
});

test("a job's phase reads well, at its end too", () => {
  assert.equal(phaseWords("starting TensorFlow", 4.2), "starting TensorFlow, 4 s ...");
  assert.equal(phaseWords("", 0), "waiting for the server ...");
  assert.equal(phaseWords("done", 0), "finishing ...");
  assert.equal(phaseWords("cancelled", 0), "finishing ...");
});
