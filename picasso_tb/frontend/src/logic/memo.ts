/** Selectors that work only when what they read has changed: a state changes many times a second while a slider moves. */

/** Remembers the last answer of `work`, as long as `reads` gives the very same values. */
export function memo<S, R>(reads: (state: S) => readonly unknown[], work: (state: S) => R): (state: S) => R {
  let last: { values: readonly unknown[]; result: R } | null = null;
  return (state) => {
    const values = reads(state);
    if (last && values.every((value, index) => value === last?.values[index])) return last.result;
    const result = work(state);
    last = { values, result };
    return result;
  };
}

/** The answers of `work` for objects that never change, forgotten with the objects. */
export function perObject<K extends object, R>(work: (key: K) => R): (key: K) => R {
  const known = new WeakMap<K, { result: R }>();
  return (key) => {
    const found = known.get(key) ?? { result: work(key) };
    known.set(key, found);
    return found.result;
  };
}
