/** A map that forgets what was used longest ago, once the sizes of its values exceed a bound. */
export class Recent<K, V> {
  private readonly entries = new Map<K, V>();
  private total = 0;

  constructor(
    private readonly bound: number,
    private readonly size: (value: V) => number,
  ) {}

  get(key: K): V | undefined {
    const value = this.entries.get(key);
    if (value === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.delete(key);
    this.entries.set(key, value);
    this.total += this.size(value);
    for (const oldest of this.entries.keys()) {
      if (this.total <= this.bound || oldest === key) return;
      this.delete(oldest);
    }
  }

  delete(key: K): void {
    const value = this.entries.get(key);
    if (value === undefined) return;
    this.entries.delete(key);
    this.total -= this.size(value);
  }
}
