/** Addresses of pictures, relative to the page. A version in each lets the browser keep what does not change. */
import type { ProbeInfo } from "../api-types";

/** The longer sides in which the server makes a picture smaller. */
const SIDES = [128, 256, 512];

/** Address of a probe's picture; of a smaller one where it is `shown` (its width in device pixels) at half its size or less. */
export function pictureUrl(run: string, probe: ProbeInfo, shown = Infinity): string {
  const { height, width } = probe;
  const longer = Math.max(height, width);
  const side = SIDES.find((one) => one >= (shown * longer) / width && 2 * one <= longer);
  const query = new URLSearchParams({ run, v: probe.image_version, ...(side ? { side: String(side) } : {}) });
  return `api/probes/${encodeURIComponent(probe.id)}/image?${query}`;
}

/** Address of one of its region masks. */
export function maskUrl(run: string, probe: ProbeInfo, mask: string): string {
  const v = probe.mask_versions[mask] ?? "";
  return `api/probes/${encodeURIComponent(probe.id)}/image?${new URLSearchParams({ run, mask, v })}`;
}
