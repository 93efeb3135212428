/** Files to take away: `.npz` archives that `numpy.load` reads, with what the maps are as JSON. */
import { Zip, ZipPassThrough } from "fflate";
import type { MapInfo, ProbeInfo } from "../api-types";
import type { Column } from "./columns";
import type { NumberArray } from "./npy";
import { className } from "./select";

/** A map to take away. */
export interface Taken {
  column: Column;
  probe: ProbeInfo;
  info: MapInfo;
}

/** Larger archives do not fit into a page's memory. */
export const MOST_BYTES = 512 * 2 ** 20;

/** What each map is, in the order of the archive: `json.loads(str(numpy.load(file)["info"]))`. */
export function describe(taken: readonly Taken[], link: string): string {
  const maps = taken.map(({ column, probe, info }, index) => ({
    array: arrayName(index, taken.length),
    run: column.run,
    step: column.checkpoint.step,
    model: column.checkpoint.model,
    probe: probe.id,
    name: probe.name,
    label: probe.label,
    class_name: className(column.model, info.target),
    visualization: column.visualization.name,
    version: column.visualization.version,
    ...info,
  }));
  return JSON.stringify({ link, maps });
}

/** `map_07`: as many digits as the last needs, so that names sort. */
export function arrayName(index: number, count: number): string {
  return `map_${String(index).padStart(String(Math.max(0, count - 1)).length, "0")}`;
}

/** An archive that grows by one array at a time, so that the page stays alive between them. */
export class Archive {
  private readonly parts: Uint8Array<ArrayBuffer>[] = [];
  private failure: Error | null = null;
  private bytes = 0;
  private readonly zip = new Zip((failure, part) => {
    if (failure) this.failure = failure;
    this.parts.push(Uint8Array.from(part));
  });

  add(name: string, content: Uint8Array): void {
    this.bytes += content.length;
    if (this.bytes > MOST_BYTES) {
      throw new Error(`Expected at most ${MOST_BYTES / 2 ** 20} MB in one file. Select fewer maps.`);
    }
    const file = new ZipPassThrough(`${name}.npy`);
    file.mtime = new Date(1980, 0, 1); // the same maps make the same file
    this.zip.add(file);
    file.push(content, true);
  }

  finish(): Blob {
    this.zip.end();
    if (this.failure) throw this.failure;
    return new Blob(this.parts, { type: "application/zip" });
  }
}

/** The bytes of a `.npy` file of float32. */
export function npyOf({ shape, values }: NumberArray): Uint8Array {
  const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return npy("<f4", shape.length === 1 ? `${shape[0]},` : shape.join(", "), content);
}

/** A text as an array without axes. */
export function npyOfText(text: string): Uint8Array {
  const letters = Uint32Array.from(text, (letter) => letter.codePointAt(0) ?? 0);
  return npy(`<U${letters.length}`, "", new Uint8Array(letters.buffer));
}

function npy(type: string, shape: string, content: Uint8Array): Uint8Array {
  const fields = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape}), }`;
  const padded = fields.padEnd(Math.ceil((fields.length + 11) / 64) * 64 - 11) + "\n";
  const bytes = new Uint8Array(10 + padded.length + content.length);
  const head = [0x93, ...ascii("NUMPY"), 1, 0, padded.length & 255, padded.length >> 8];
  bytes.set(head);
  bytes.set(ascii(padded), 10);
  bytes.set(content, 10 + padded.length);
  return bytes;
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A name that every file system takes. */
export function fileName(parts: readonly (string | number)[], ending: string): string {
  const plain = parts.map((part) =>
    String(part)
      .replace(/[^\p{L}\p{N}.-]+/gu, "-")
      .replace(/^[-.]+|-+$/g, ""),
  );
  return `picasso-${plain.filter(Boolean).join("-").slice(0, 120)}.${ending}`;
}
