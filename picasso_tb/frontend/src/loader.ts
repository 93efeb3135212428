/** Pictures and maps that were fetched, kept up to a bound, the least recently used leaving first. */
import { Unreachable, type Api } from "./api";
import { wait } from "./attention";
import type { Grid } from "./logic/npy";
import { Recent } from "./logic/recent";

const MAP_BYTES = 96 * 2 ** 20;
const PICTURES = 300;
const RETRY_MILLISECONDS = 3_000;

export class Loader {
  private readonly grids = new Recent<string, Grid>(MAP_BYTES, (grid) => grid.values.byteLength);
  private readonly pictures = new Recent<string, Promise<HTMLImageElement>>(PICTURES, () => 1);

  constructor(private readonly api: Api) {}

  /** Aborting ends the transfer: while a slider moves, maps go out of date faster than they come. */
  async map(key: string, signal: AbortSignal): Promise<Grid> {
    const grid = this.grids.get(key) ?? (await this.fetch(key, signal));
    this.grids.set(key, grid);
    return grid;
  }

  /** Patient with a server that restarts. */
  private async fetch(key: string, signal: AbortSignal): Promise<Grid> {
    for (;;) {
      try {
        return await this.api.map(key, signal);
      } catch (problem) {
        if (!(problem instanceof Unreachable)) throw problem;
        await wait(RETRY_MILLISECONDS);
      }
    }
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

function load(url: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error("The picture cannot be read."));
    image.src = url;
  });
}
