/** Pictures and maps that were fetched, kept up to a bound, the least recently used leaving first. */
import { Unreachable, type Api } from "./api";
import type { Exhibits, MapInfo, Received } from "./api-types";
import { wait } from "./attention";
import type { Grid, NumberArray } from "./logic/npy";
import { Recent } from "./logic/recent";
import { Shared } from "./logic/shared";

const MAP_BYTES = 96 * 2 ** 20;
const ARRAY_BYTES = 32 * 2 ** 20;
const PICTURE_BYTES = 128 * 2 ** 20;
const EXHIBITS = 200;
const RECEIVED = 100;
const PAGE_LETTERS = 16 * 2 ** 20;
const RETRY_MILLISECONDS = 3_000;

export class Loader {
  private readonly grids: Kept<Grid>;
  private readonly arrays: Kept<NumberArray>;
  private readonly shown: Kept<Exhibits["exhibits"]>;
  private readonly pages: Kept<string>;
  private readonly inputs: Kept<Received>;
  private readonly pictures: Kept<HTMLImageElement>;

  constructor(private readonly api: Api) {
    this.grids = new Kept(MAP_BYTES, (grid) => grid.values.byteLength);
    this.arrays = new Kept(ARRAY_BYTES, (array) => array.values.byteLength);
    this.shown = new Kept(EXHIBITS, () => 1);
    this.pages = new Kept(PAGE_LETTERS, (page) => page.length);
    this.inputs = new Kept(RECEIVED, () => 1);
    this.pictures = new Kept(PICTURE_BYTES, decodedBytes);
  }

  /** Aborting ends the transfer: while a slider moves, maps go out of date faster than they come. */
  map(key: string, signal: AbortSignal): Promise<Grid> {
    return this.grids.get(key, signal, (stop) => this.api.map(key, stop));
  }

  /** An array kept beside the map; see `MapInfo.arrays`. */
  array(key: string, name: string, signal: AbortSignal): Promise<NumberArray> {
    return this.arrays.get(`${key} ${name}`, signal, (stop) => this.api.array(key, name, stop));
  }

  /** What a visualization shows beside the map; see `MapInfo.exhibits`. */
  exhibits(key: string, signal: AbortSignal): Promise<Exhibits["exhibits"]> {
    return this.shown.get(key, signal, (stop) => this.api.exhibits(key, stop));
  }

  /** The page of a visualization with a template; see `MapInfo.page`. */
  page(key: string, signal: AbortSignal): Promise<string> {
    return this.pages.get(key, signal, (stop) => this.api.page(key, stop));
  }

  /** What the model received; the same for all maps that name the same. */
  received({ key, received }: MapInfo, signal: AbortSignal): Promise<Received> {
    return this.inputs.get(received ?? key, signal, (stop) => this.api.received(key, stop));
  }

  picture(url: string, signal: AbortSignal): Promise<HTMLImageElement> {
    return this.pictures.get(url, signal, () => load(url));
  }
}

/** Answers of one kind, each asked for once: while it is under way, and as long as it is kept. */
class Kept<V> {
  private readonly known: Recent<string, V>;
  private readonly underWay = new Shared<V>();

  constructor(bound: number, size: (value: V) => number) {
    this.known = new Recent(bound, size);
  }

  get(key: string, signal: AbortSignal, ask: (signal: AbortSignal) => Promise<V>): Promise<V> {
    const known = this.known.get(key);
    if (known !== undefined) return Promise.resolve(known);
    return this.underWay.ask(key, signal, async (stop) => {
      const answer = await patiently(ask, stop);
      this.known.set(key, answer);
      return answer;
    });
  }
}

/** Waits for a server that restarts, as long as somebody wants the answer. */
async function patiently<V>(ask: (signal: AbortSignal) => Promise<V>, signal: AbortSignal): Promise<V> {
  for (;;) {
    try {
      return await ask(signal);
    } catch (problem) {
      if (!(problem instanceof Unreachable)) throw problem;
      await wait(RETRY_MILLISECONDS);
      signal.throwIfAborted();
    }
  }
}

/** However small its file is. */
function decodedBytes({ naturalHeight, naturalWidth }: HTMLImageElement): number {
  return naturalHeight * naturalWidth * 4;
}

function load(url: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error("The picture cannot be read."));
    image.src = url;
  });
}
