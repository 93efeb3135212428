import assert from "node:assert/strict";
import { test } from "node:test";
import { evenly } from "./columns-layout";
import { rangeOf, sameRange, scrollInto, sheetOf, stack } from "./sheet";

test("of 200 rows and 200 columns only those in sight are drawn, and they follow the scroll", () => {
  const rows = stack(Array.from({ length: 200 }, (_, index) => 100 + (index % 3)));
  const layout = evenly(200, 1000, 168);
  const at = (top: number, left: number): ReturnType<typeof rangeOf> =>
    rangeOf({ top, left, height: 700, width: 1000 }, rows, layout);
  const start = at(0, 0);
  assert.equal(start.rows[0], 0);
  assert.equal(start.columns[0], 0);
  const middle = at(rows.total / 2, layout.total / 2);
  const [firstRow, endRow] = middle.rows;
  const [firstColumn, endColumn] = middle.columns;
  assert.ok(firstRow < 100 && endRow > 100 && endRow - firstRow < 13);
  assert.ok(firstColumn < 100 && endColumn > 100 && endColumn - firstColumn < 20);
  assert.ok((rows.tops[firstRow] ?? 0) <= rows.total / 2);
  assert.deepEqual([at(rows.total, layout.total).rows[1], at(rows.total, layout.total).columns[1]], [200, 200]);
  assert.ok(sameRange(start, at(1, 1)) && !sameRange(start, middle));
});

test("rows of their own heights stand on one another", () => {
  assert.deepEqual(stack([10, 30, 5]), { tops: [0, 10, 40], heights: [10, 30, 5], total: 45 });
});

test("scrolls just far enough, and not at all for what is in sight", () => {
  assert.equal(scrollInto(20, 40, 0, 100), 0);
  assert.equal(scrollInto(90, 120, 0, 100), 20);
  assert.equal(scrollInto(90, 120, 100, 100), -10);
  assert.equal(scrollInto(0, 300, 50, 100), -50);
  assert.equal(scrollInto(80, 300, 50, 100), 30);
});

const probes = [
  { height: 96, width: 128 },
  { height: 300, width: 100 },
];

test("a strip fits the page as long as its columns stay readable, with and without a difference", () => {
  for (const width of [600, 960, 1440, 2560]) {
    for (const compares of [false, true]) {
      for (const columns of [1, 2, 4]) {
        const sheet = sheetOf({ width, height: 500, steps: null, columns, probes, compares, explains: false });
        assert.ok(sheet.total <= width, `${columns} in ${width}: ${sheet.total}`);
        assert.equal(sheet.side > 0, compares);
      }
    }
  }
});

test("few columns grow with a page that is large in both directions", () => {
  const contents = { steps: null, columns: 3, probes, compares: false, explains: false };
  const small = sheetOf({ ...contents, width: 2200, height: 400 });
  const large = sheetOf({ ...contents, width: 2200, height: 1000 });
  const narrow = sheetOf({ ...contents, width: 700, height: 1000 });
  assert.ok(large.layout.width > 1.5 * small.layout.width && large.layout.width > 1.5 * narrow.layout.width);
  assert.ok(narrow.total <= 700);
});

test("words stand beside the difference, on a narrow page below the maps, never beyond the page", () => {
  const contents = { steps: null, columns: 2, probes, compares: true, explains: true, height: 500 };
  for (const width of [800, 1100, 1440]) {
    const wide = sheetOf({ ...contents, width });
    assert.ok(wide.words >= 240 && wide.total <= width && !wide.below);
  }
  const narrow = sheetOf({ ...contents, width: 580 });
  assert.ok(narrow.words >= 400 && narrow.total <= 580 && narrow.below && !narrow.sticks);
  assert.ok((narrow.rows.heights[0] ?? 0) > (narrow.heights[0] ?? 0) + 100);
});

test("each row is as high as its own picture needs", () => {
  const { layout, heights, rows } = sheetOf({
    width: 1000,
    height: 500,
    steps: [0, 5, 50],
    columns: 3,
    probes,
    compares: false,
    explains: false,
  });
  assert.deepEqual(heights, [Math.round(layout.width * 0.75), layout.width * 3]);
  assert.ok((rows.heights[1] ?? 0) > (heights[1] ?? 0) && (rows.heights[0] ?? 0) > (heights[0] ?? 0));
});
