/** Addresses of pictures, relative to the page. A version in each lets the browser keep what does not change. */
import type { ProbeInfo } from "../api-types";

/** Address of a probe's picture. */
export function pictureUrl(run: string, probe: ProbeInfo): string {
  return `api/probes/${encodeURIComponent(probe.id)}/image?${new URLSearchParams({ run, v: probe.image_version })}`;
}

/** Address of one of its region masks. */
export function maskUrl(run: string, probe: ProbeInfo, mask: string): string {
  const v = probe.mask_versions[mask] ?? "";
  return `api/probes/${encodeURIComponent(probe.id)}/image?${new URLSearchParams({ run, mask, v })}`;
}
