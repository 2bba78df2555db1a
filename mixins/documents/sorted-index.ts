/**
 * An index for order: rows by value, then by id, in one array. What was written since the last
 * reading waits beside it and is merged in when somebody reads, so that filling it by the thousand
 * costs next to nothing. It answers the calls that NeDB makes of an index.
 *
 * What was replaced goes also where nobody reads: every collection has an order by id, which looking
 * documents up does not read.
 */
import type { Stored } from "./collection.ts";
import type { Row } from "./nedb-internals.ts";

/** So many that were removed are kept at least: a look at all rows must be worth it. */
const fewRemoved = 1_000;

type Compare<D extends Stored> = (a: Row<D>, b: Row<D>) => number;

export class SortedIndex<D extends Stored> {
  readonly fieldName: string;
  readonly unique = false;
  readonly sparse = false;
  /** By value, then by id; rows without the field first. */
  readonly compare: Compare<D>;
  #rows: Row<D>[] = [];
  #added: Row<D>[] = [];
  readonly #removed = new Set<Row<D>>();

  constructor(fieldName: string, compareValues: (a: unknown, b: unknown) => number) {
    this.fieldName = fieldName;
    const value = (row: object) => (row as Record<string, unknown>)[fieldName];
    this.compare = (a, b) =>
      compareValues(value(a), value(b)) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  }

  reset(rows: readonly Row<D>[] = []): void {
    this.#rows = [];
    this.#added = [...rows];
    this.#removed.clear();
  }

  insert(given: Row<D> | readonly Row<D>[]): void {
    for (const row of Array.isArray(given) ? given : [given]) {
      // Taken back before it was merged: then it is as if nothing had been.
      if (!this.#removed.delete(row)) this.#added.push(row);
    }
  }

  remove(given: Row<D> | readonly Row<D>[]): void {
    for (const row of Array.isArray(given) ? given : [given]) this.#removed.add(row);
    const rows = this.#rows.length + this.#added.length;
    if (this.#removed.size > Math.max(fewRemoved, rows / 4)) this.#forget();
  }

  update(old: Row<D>, next: Row<D>): void {
    this.remove(old);
    this.insert(next);
  }

  /** NeDB undoes an update here when a later index refuses it. */
  revertUpdate(old: Row<D>, next: Row<D>): void {
    this.update(next, old);
  }

  /** All rows in order. */
  settled(): readonly Row<D>[] {
    if (this.#removed.size > 0) this.#forget();
    if (this.#added.length > 0) {
      this.#rows = merge(this.#rows, this.#added.sort(this.compare), this.compare);
      this.#added = [];
    }
    return this.#rows;
  }

  /** Lets go of what was removed. Nothing is sorted: that waits for a reader. */
  #forget(): void {
    this.#rows = this.#rows.filter((row) => !this.#removed.has(row));
    this.#added = this.#added.filter((row) => !this.#removed.has(row));
    this.#removed.clear();
  }

  /** Where the first row stands that does not come before this one. */
  positionOf(place: Row<D>): number {
    const rows = this.settled();
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(rows[middle] as Row<D>, place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function merge<R>(a: R[], b: R[], compare: (x: R, y: R) => number): R[] {
  const last = a.at(-1);
  if (last === undefined || compare(last, b[0] as R) <= 0) return a.concat(b);
  const merged: R[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    merged.push((compare(a[i] as R, b[j] as R) <= 0 ? a[i++] : b[j++]) as R);
  }
  while (i < a.length) merged.push(a[i++] as R);
  while (j < b.length) merged.push(b[j++] as R);
  return merged;
}
