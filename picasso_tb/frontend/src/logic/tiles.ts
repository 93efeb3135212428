/** How large the tiles of the gallery are. */
import type { ProbeInfo } from "../api-types";

/** Probes that are shown larger, as they leave room. */
const FEW = 4;

/** How much wider than usual a tile should be: pictures wider than 3:2 need room, and few leave it. */
export function stretchOf(probes: readonly Pick<ProbeInfo, "height" | "width">[]): number {
  const ratios = probes.map(({ height, width }) => width / height);
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / Math.max(1, ratios.length);
  return Math.min(2, Math.max(1, Math.sqrt(mean / 1.5))) * (probes.length <= FEW ? 1.6 : 1);
}
