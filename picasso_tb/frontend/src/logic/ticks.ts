/** Which runs are listed, ticked and shown. */
import type { Choice } from "./choice";

/** The names that match, upper or lower case; all of them, and why, where the pattern is no regular expression. */
export function matching(names: readonly string[], pattern: string): { kept: readonly string[]; problem: string } {
  try {
    const expression = new RegExp(pattern, "i");
    return { kept: names.filter((name) => expression.test(name)), problem: "" };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(": ").at(-1) ?? "").toLowerCase() : "";
    return {
      kept: names,
      problem: `Expected a regular expression. Received: ${pattern} (${reason}). All runs are shown.`,
    };
  }
}

type Runs = Pick<Choice, "run" | "runs">;
type Change = Partial<Pick<Choice, "run" | "runs" | "step" | "model">>;

/** Shows another run. Alone it takes the place of the one before; among several it joins them. */
export function showing({ runs }: Runs, name: string): Change {
  const joined = runs.length < 2 ? [name] : [...runs, name];
  return { run: name, runs: runs.includes(name) ? runs : joined, step: null, model: null };
}

/** Ticks or unticks runs. One always stays; the run that is shown stays the same as long as it is ticked. */
export function ticking({ run, runs }: Runs, names: readonly string[], ticked: boolean): Change {
  const others = runs.filter((one) => !names.includes(one));
  const next = ticked ? [...runs, ...names.filter((one) => !runs.includes(one))] : others;
  if (next.length === 0) return { runs: run === null ? [] : [run] };
  if (run !== null && next.includes(run)) return { runs: next };
  return { runs: next, run: next[0] ?? null, step: null, model: null };
}
