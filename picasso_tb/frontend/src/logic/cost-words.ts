/** The cost of a view in words, before it starts. */
import type { Progress, ViewCost } from "./cost";
import { count, plural, seconds } from "./format";

/** "10 columns × 24 pictures × 101 passes · about 3 s". */
export function costWords(cost: ViewCost, progress: Progress | null): string {
  const { columns, probes, maps, known, passes, passesPerProbe } = cost;
  const pictures = plural(probes, "picture");
  const all = columns > 1 ? `${plural(columns, "column")} × ${pictures}` : pictures;
  const finished = progress?.phase === "done" && progress.mapsDone >= progress.maps;
  if (known >= maps || finished) return `${all} · already computed`;
  const about = cost.seconds === null ? "" : ` · about ${seconds(cost.seconds)}`;
  const part = known
    ? ` · ${count(known)} of ${count(maps)} maps known, ${plural(passes, "pass", "passes")} to go`
    : "";
  return `${all} × ${plural(passesPerProbe, "pass", "passes")}${part}${about}`;
}
