import assert from "node:assert/strict";
import { test } from "node:test";
import { commandOf, SHEET, takes, type Press } from "./keys";

function press(key: string, change: Partial<Press> = {}): Press {
  return { key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, graph: false, ...change };
}

const KEYS = SHEET.flatMap((group) => group.rows.flatMap((row) => row.keys));

test("every key of the sheet does what its row says, and no key does two things", () => {
  for (const { key, shift, command } of KEYS) {
    assert.equal(commandOf(press(key, { shiftKey: shift ?? false })), command);
  }
  assert.equal(new Set(KEYS.map((one) => `${one.shift}-${one.key}`)).size, KEYS.length);
});

test("shift makes another key of a letter, not of a sign", () => {
  assert.equal(commandOf(press("X", { shiftKey: true })), "select-range");
  assert.equal(commandOf(press("X")), "select"); // with Caps Lock
  assert.equal(commandOf(press("B", { shiftKey: true })), null);
  assert.equal(commandOf(press("?", { shiftKey: true })), "help");
  assert.equal(commandOf(press("ArrowLeft", { shiftKey: true })), null); // Inspect moves a position by it
});

test("brackets may need AltGr, and shortcuts of the browser stay its own", () => {
  assert.equal(commandOf(press("[", { ctrlKey: true, altKey: true, graph: true })), "less-opacity");
  assert.equal(commandOf(press("a", { ctrlKey: true })), null);
  assert.equal(commandOf(press("a", { metaKey: true })), null);
  assert.equal(commandOf(press("ArrowLeft", { altKey: true })), null);
  assert.equal(commandOf(press("q")), null);
});

test("a field takes every key, a slider its arrows, a button what presses it", () => {
  const focused = (tag: string, type = "", editable = false) => ({ tag, type, editable });
  for (const key of ["x", " ", "ArrowLeft", "?"]) {
    assert.ok(takes(focused("input", "text"), key));
    assert.ok(takes(focused("input", "number"), key));
    assert.ok(takes(focused("input", "search"), key));
    assert.ok(takes(focused("select"), key));
    assert.ok(takes(focused("div", "", true), key));
    assert.ok(!takes(focused("div"), key));
  }
  assert.deepEqual(
    [takes(focused("input", "range"), "ArrowLeft"), takes(focused("input", "range"), "x")],
    [true, false],
  );
  assert.deepEqual([takes(focused("button"), " "), takes(focused("button"), "ArrowLeft")], [true, false]);
  assert.deepEqual([takes(focused("input", "checkbox"), " "), takes(focused("input", "checkbox"), "a")], [true, false]);
});
