/** Which probes are selected after a click or a key, as lists everywhere do it. */

export interface Click {
  /** Ctrl, Cmd, the check box or X: one more or one less. */
  toggle: boolean;
  /** Shift: everything from the one clicked before. */
  range: boolean;
}

/**
 * The selection after a click on `id`. What is filtered out of `listed` stays selected only where one is toggled, as
 * nobody sees it go.
 */
export function clicked(
  selected: readonly string[],
  listed: readonly string[],
  id: string,
  anchor: string | null,
  { toggle, range }: Click,
): readonly string[] {
  if (range) return joined(toggle ? selected : [], between(listed, anchor ?? id, id));
  if (!toggle) return [id];
  return selected.includes(id) ? selected.filter((one) => one !== id) : [...selected, id];
}

/** With all listed; without them where all are selected already. */
export function allToggled(selected: readonly string[], listed: readonly string[]): readonly string[] {
  const all = listed.every((id) => selected.includes(id));
  return all ? selected.filter((id) => !listed.includes(id)) : joined(selected, listed);
}

function between(listed: readonly string[], one: string, other: string): readonly string[] {
  const [from, to] = [listed.indexOf(one), listed.indexOf(other)];
  return from < 0 ? [other] : listed.slice(Math.min(from, to), Math.max(from, to) + 1);
}

function joined(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])];
}
