/** Which place, and so which colour, each run has. */

/**
 * The runs known before, then those that are new. With `all` listed for the first time, names kept from an earlier
 * visit that are not among them are of another log directory and make room.
 */
export function knownRuns(known: readonly string[], listed: readonly string[], all: boolean): string[] {
  const kept = all ? known.filter((name) => listed.includes(name)) : known;
  return [...new Set([...kept, ...listed])];
}
