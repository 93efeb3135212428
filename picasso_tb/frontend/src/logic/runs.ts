/** Which runs are listed, shown and ticked. */
import type { Choice } from "./choice";

/** The names that a filter leaves; all of them, with what is wrong, where it is no regular expression. */
export function matching(names: readonly string[], pattern: string): { kept: readonly string[]; problem: string } {
  try {
    const expression = new RegExp(pattern, "i");
    return { kept: names.filter((name) => expression.test(name)), problem: "" };
  } catch (problem) {
    const why = problem instanceof Error ? problem.message.slice(problem.message.lastIndexOf(": ") + 2) : "";
    const reason = why.charAt(0).toLowerCase() + why.slice(1);
    return { kept: names, problem: `Expected a regular expression. Received: ${pattern} (${reason})` };
  }
}

interface Ticked {
  run: string | null;
  runs: readonly string[];
}

type Change = Partial<Pick<Choice, "run" | "runs" | "step" | "model">>;

/** A run to show: it takes the place of the only one, and joins several. */
export function showing({ runs }: Ticked, run: string): Change {
  const joined = runs.includes(run) ? runs : [...runs, run];
  return { run, runs: runs.length > 1 ? joined : [run], step: null, model: null };
}

/** Ticks or unticks `names`. One always stays, and another is shown where the one shown is unticked. */
export function ticking({ run, runs }: Ticked, names: readonly string[], ticked: boolean): Change {
  if (ticked) return { runs: [...new Set([...runs, ...names])] };
  const kept = runs.filter((name) => !names.includes(name));
  if (!kept.length) return { runs: run === null ? [] : [run] };
  return run !== null && kept.includes(run)
    ? { runs: kept }
    : { runs: kept, run: kept[0] ?? null, step: null, model: null };
}
