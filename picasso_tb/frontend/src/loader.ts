/** Pictures and maps that were fetched, kept up to a bound, the least recently used leaving first. */
import { Unreachable, type Api } from "./api";
import type { Exhibits, MapInfo, Received } from "./api-types";
import { wait } from "./attention";
import type { Grid, NumberArray } from "./logic/npy";
import { Recent } from "./logic/recent";

const MAP_BYTES = 96 * 2 ** 20;
const ARRAY_BYTES = 32 * 2 ** 20;
const PICTURES = 600;
const EXHIBITS = 200;
const RECEIVED = 100;
const PAGE_LETTERS = 16 * 2 ** 20;
const RETRY_MILLISECONDS = 3_000;

export class Loader {
  private readonly grids = new Recent<string, Grid>(MAP_BYTES, (grid) => grid.values.byteLength);
  private readonly arrays = new Recent<string, NumberArray>(ARRAY_BYTES, (array) => array.values.byteLength);
  private readonly pictures = new Recent<string, Promise<HTMLImageElement>>(PICTURES, () => 1);

  private readonly shown = new Recent<string, Exhibits["exhibits"]>(EXHIBITS, () => 1);
  private readonly inputs = new Recent<string, Received>(RECEIVED, () => 1);
  private readonly pages = new Recent<string, string>(PAGE_LETTERS, (page) => page.length);

  constructor(private readonly api: Api) {}

  /** Aborting ends the transfer: while a slider moves, maps go out of date faster than they come. */
  async map(key: string, signal: AbortSignal): Promise<Grid> {
    const grid = this.grids.get(key) ?? (await patiently(() => this.api.map(key, signal)));
    this.grids.set(key, grid);
    return grid;
  }

  /** An array kept beside the map; see `MapInfo.arrays`. */
  async array(key: string, name: string, signal: AbortSignal): Promise<NumberArray> {
    const id = `${key} ${name}`;
    const array = this.arrays.get(id) ?? (await patiently(() => this.api.array(key, name, signal)));
    this.arrays.set(id, array);
    return array;
  }

  /** What a visualization shows beside the map; see `MapInfo.exhibits`. */
  async exhibits(key: string): Promise<Exhibits["exhibits"]> {
    const known = this.shown.get(key) ?? (await patiently(() => this.api.exhibits(key)));
    this.shown.set(key, known);
    return known;
  }

  /** The page of a visualization with a template; see `MapInfo.page`. */
  async page(key: string): Promise<string> {
    const page = this.pages.get(key) ?? (await patiently(() => this.api.page(key)));
    this.pages.set(key, page);
    return page;
  }

  /** What the model received; the same for all maps that name the same. */
  async received({ key, received }: MapInfo): Promise<Received> {
    const known = this.inputs.get(received ?? key) ?? (await patiently(() => this.api.received(key)));
    this.inputs.set(received ?? key, known);
    return known;
  }

  picture(url: string): Promise<HTMLImageElement> {
    const known = this.pictures.get(url);
    if (known) return known;
    const loading = load(url);
    this.pictures.set(url, loading);
    loading.catch(() => this.pictures.delete(url));
    return loading;
  }
}

/** Waits for a server that restarts. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (problem) {
      if (!(problem instanceof Unreachable)) throw problem;
      await wait(RETRY_MILLISECONDS);
    }
  }
}

function load(url: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error("The picture cannot be read."));
    image.src = url;
  });
}
