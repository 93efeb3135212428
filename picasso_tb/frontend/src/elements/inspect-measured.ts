/** The numbers behind one map: its grid, what is kept beside it, and how much of it lies in each region. */
import type { MapInfo, ProbeInfo } from "../api-types";
import type { Loader } from "../loader";
import { maskUrl } from "../logic/addresses";
import {
  COVERED_ARRAYS,
  keepsPositions,
  maskOnMap,
  regionShare,
  type Arrays,
  type RegionShare,
} from "../logic/inspect";
import type { Grid } from "../logic/npy";

export interface Measured {
  key: string;
  grid: Grid;
  arrays: Arrays | null;
  regions: ReadonlyMap<string, RegionShare | null>;
}

export async function measure(
  loader: Loader,
  info: MapInfo,
  run: string,
  probe: ProbeInfo,
  signal: AbortSignal,
): Promise<Measured> {
  const [grid, arrays, masks] = await Promise.all([
    loader.map(info.key, signal),
    keepsPositions(info.arrays) ? readArrays(loader, info, signal) : null,
    Promise.all(probe.masks.map((mask) => loader.picture(maskUrl(run, probe, mask), signal).catch(() => null))),
  ]);
  const regions = probe.masks.flatMap((name, index): [string, RegionShare | null][] => {
    const mask = masks[index];
    return mask ? [[name, regionShare(grid.values, maskOnMap(pixelsOf(mask), grid.height, grid.width))]] : [];
  });
  return { key: info.key, grid, arrays, regions: new Map(regions) };
}

async function readArrays(loader: Loader, info: MapInfo, signal: AbortSignal): Promise<Arrays> {
  const names = COVERED_ARRAYS.filter((name) => info.arrays.includes(name));
  const arrays = await Promise.all(names.map((name) => loader.array(info.key, name, signal)));
  return new Map(names.flatMap((name, index) => (arrays[index] ? [[name, arrays[index]]] : [])));
}

export function pixelsOf(image: HTMLImageElement): ImageData {
  const { naturalWidth: width, naturalHeight: height } = image;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (!context) throw new Error("The browser gives no canvas to draw on.");
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, width, height);
}
