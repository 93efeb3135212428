/** Sentences that stand for what is seen. */
import type { ModelInfo } from "../api-types";
import { probability, signed } from "../logic/format";
import { className, type Shown } from "../logic/select";

/** "probe/04, pullover .99, true coat, wrong, peak 0.85". */
export function probeWords({ probe, prediction, wrong, maps, peak, noEffect }: Shown, model: ModelInfo | null): string {
  const words = [probe.name];
  if (probe.uploaded) words.push("added, Delete removes it");
  if (prediction) words.push(`${className(model, prediction.classIndex)} ${probability(prediction.probability)}`);
  if (probe.label !== null) words.push(`true ${className(model, probe.label)}`);
  if (wrong) words.push("wrong");
  if (noEffect) words.push("no effect");
  else if (peak > 0) words.push(`peak ${signed(peak, false)}`);
  const failed = maps.find((entry) => entry.error);
  if (failed?.error) words.push(failed.error.message);
  return words.join(", ");
}
