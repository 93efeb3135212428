import assert from "node:assert/strict";
import { test } from "node:test";
import { lab, rgb } from "d3-color";
import { RAMPS, runColour, table, TABLE } from "./colour";

function lightness(name: string, sign: "signed" | "magnitude", index: number): number {
  const colours = table(sign, name);
  const at = 4 * index;
  return lab(rgb(colours[at] ?? NaN, colours[at + 1] ?? NaN, colours[at + 2] ?? NaN)).l;
}

test("both arms of the signed map climb the same lightness", () => {
  for (const share of [0.1, 0.3, 0.5, 0.7, 0.9]) {
    const offset = Math.round((share * TABLE) / 2);
    const up = lightness("berry-teal", "signed", TABLE / 2 + offset);
    const down = lightness("berry-teal", "signed", TABLE / 2 - 1 - offset);
    assert.ok(Math.abs(up - down) < 4, `${up} and ${down} at ${share}`);
  }
});

test("colour maps of magnitudes never turn back in lightness", () => {
  for (const { name } of RAMPS.magnitude) {
    const steps = Array.from({ length: 32 }, (_, index) => lightness(name, "magnitude", index * 16));
    const rises = steps.slice(1).map((value, index) => value - (steps[index] ?? NaN));
    assert.ok(rises.every((rise) => rise > -0.5) || rises.every((rise) => rise < 0.5), name);
  }
});

test("a table holds the colours of its map, opaque, and an unknown name falls back", () => {
  const viridis = table("magnitude", "viridis");
  assert.deepEqual([...viridis.slice(0, 4)], [68, 1, 84, 255]);
  assert.deepEqual([...viridis.slice(-4)], [253, 231, 37, 255]);
  assert.equal(table("signed", "no such map"), table("signed", "berry-teal"));
});

test("runs take the colours in turn", () => {
  assert.equal(runColour(0, false), runColour(7, false));
  assert.notEqual(runColour(0, false), runColour(1, false));
  assert.notEqual(runColour(0, false), runColour(0, true));
});
