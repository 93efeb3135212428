import assert from "node:assert/strict";
import { test } from "node:test";
import type { Received } from "../api-types";
import { drawnWords, valuesWords } from "./received";

const grey: Received = {
  height: 28,
  width: 20,
  channels: 1,
  lowest: 0,
  highest: 1,
  preprocessing: "pixel / 255",
  black: [0],
  white: [1],
  url: "data:image/png;base64,",
};

test("shape and range are said with two digits and a real minus", () => {
  assert.equal(valuesWords(grey), "float32 (28, 20, 1), 0.00 to 1.00");
  assert.equal(valuesWords({ ...grey, lowest: -1 / 3 }), "float32 (28, 20, 1), −0.33 to 1.00");
});

test("ends that all channels share are said once", () => {
  assert.equal(drawnWords(grey), "Drawn from 0 (black) to 1 (white).");
  assert.equal(
    drawnWords({ ...grey, black: [-103.939, -116.779, -123.68], white: [2, 2, 2] }),
    "Drawn from −103.9, −116.8, −123.7 (black) to 2 (white).",
  );
});
