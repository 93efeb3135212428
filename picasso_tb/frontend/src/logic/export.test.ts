import assert from "node:assert/strict";
import { test } from "node:test";
import { unzipSync } from "fflate";
import { Archive, arrayName, fileName, npyOf, npyOfText } from "./export";
import { parseArray } from "./npy";

test("arrays come back from a .npy file as they went in", () => {
  for (const shape of [[2, 3], [6], [1, 2, 3]]) {
    const values = Float32Array.from([1, -2.5, NaN, 0, 1e-30, 7]);
    const bytes = npyOf({ shape, values });
    assert.equal((bytes.length - 24) % 64, 0);
    assert.deepEqual(parseArray(bytes.slice().buffer), { shape, values });
  }
});

test("a view of a larger buffer gives its own numbers", () => {
  const values = Float32Array.from([1, 2, 3, 4]).subarray(1, 3);
  assert.deepEqual([...parseArray(npyOf({ shape: [1, 2], values }).slice().buffer).values], [2, 3]);
});

test("a text is four bytes a letter, also beyond the first plane", () => {
  const bytes = npyOfText("añ🙂");
  const header = String.fromCharCode(...bytes.slice(10, -12));
  assert.match(header, /'descr': '<U3'.*'shape': \(\)/);
  assert.deepEqual([...new Uint32Array(bytes.slice(-12).buffer)], [97, 241, 0x1f642]);
});

test("an archive holds every array under its name, and is the same for the same maps", async () => {
  const make = async (): Promise<Uint8Array> => {
    const archive = new Archive();
    archive.add("map_0", npyOf({ shape: [2], values: Float32Array.from([1, 2]) }));
    archive.add("info", npyOfText("{}"));
    return new Uint8Array(await archive.finish().arrayBuffer());
  };
  const files = unzipSync(await make());
  assert.deepEqual(Object.keys(files), ["map_0.npy", "info.npy"]);
  assert.deepEqual([...parseArray((files["map_0.npy"] ?? new Uint8Array()).slice().buffer).values], [1, 2]);
  assert.deepEqual(await make(), await make());
});

test("names sort, and every file system takes them", () => {
  assert.deepEqual([arrayName(3, 4), arrayName(3, 11)], ["map_3", "map_03"]);
  assert.equal(fileName(["a/b", "../c d", 7, "Mütze!"], "npz"), "picasso-a-b-c-d-7-Mütze.npz");
});
