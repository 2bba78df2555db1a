/**
 * An index for equality: a map from value to rows, in place of NeDB's balanced trees, which cost ten
 * times as much to fill. It answers the calls that NeDB makes of an index. Rows without the field
 * are not in it.
 */
import type { Stored } from "./collection.ts";
import type { Row } from "./nedb-internals.ts";

const none: readonly unknown[] = [];

/** Lists are short: looking back is cheaper than a set. */
function repeats(list: readonly unknown[]): boolean {
  for (let i = 1; i < list.length; i++) if (list.indexOf(list[i]) !== i) return true;
  return false;
}

export class HashIndex<D extends Stored> {
  readonly fieldName: string;
  readonly unique: boolean;
  readonly sparse = true;
  readonly #path: readonly string[];
  readonly #rows = new Map<unknown, Row<D> | Row<D>[]>();

  constructor(fieldName: string, unique: boolean) {
    this.fieldName = fieldName;
    this.unique = unique;
    this.#path = fieldName.split(".");
  }

  reset(rows: readonly Row<D>[] = []): void {
    this.#rows.clear();
    for (const row of rows) this.insert(row);
  }

  /** One row, or many: all or none. */
  insert(given: Row<D> | readonly Row<D>[]): void {
    const rows: readonly Row<D>[] = Array.isArray(given) ? given : [given];
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as Row<D>;
      const keys = this.#keysOf(row);
      if (this.unique) {
        for (const key of keys) if (this.#rows.has(key)) this.#refuse(key, rows.slice(0, i));
      }
      for (const key of keys) this.#add(key, row);
    }
  }

  #refuse(key: unknown, done: readonly Row<D>[]): never {
    this.remove(done);
    const message = `${this.fieldName} is taken`;
    const { fieldName: field } = this;
    throw Object.assign(new Error(message), { errorType: "uniqueViolated", field, key });
  }

  remove(given: Row<D> | readonly Row<D>[]): void {
    for (const row of Array.isArray(given) ? given : [given]) {
      for (const key of this.#keysOf(row)) this.#take(key, row);
    }
  }

  update(old: Row<D>, next: Row<D>): void {
    this.remove(old);
    try {
      this.insert(next);
    } catch (error) {
      this.insert(old);
      throw error;
    }
  }

  /** NeDB undoes an update here when a later index refuses it. */
  revertUpdate(old: Row<D>, next: Row<D>): void {
    this.update(next, old);
  }

  /** Of a unique index that every row is in. */
  getAll(): Row<D>[] {
    return [...this.#rows.values()] as Row<D>[];
  }

  getMatching(value: unknown): Row<D>[] {
    if (!Array.isArray(value)) {
      const found = this.#rows.get(value);
      return found === undefined ? [] : Array.isArray(found) ? found : [found];
    }
    return [...new Set(value.flatMap((one) => this.getMatching(one)))];
  }

  #add(key: unknown, row: Row<D>): void {
    const there = this.#rows.get(key);
    if (there === undefined) this.#rows.set(key, row);
    else if (Array.isArray(there)) there.push(row);
    else this.#rows.set(key, [there, row]);
  }

  #take(key: unknown, row: Row<D>): void {
    const there = this.#rows.get(key);
    if (!Array.isArray(there)) {
      if (there === row) this.#rows.delete(key);
      return;
    }
    const rest = there.filter((other) => other !== row);
    if (rest.length > 1) this.#rows.set(key, rest);
    else if (rest[0]) this.#rows.set(key, rest[0]);
    else this.#rows.delete(key);
  }

  /** The values of the field, each once; those of every element where the path meets an array. */
  #keysOf(row: Row<D>): readonly unknown[] {
    const [first = ""] = this.#path;
    const value = (row as object as Record<string, unknown>)[first];
    if (value === undefined) return none;
    if (this.#path.length === 1) {
      if (!Array.isArray(value)) return [value];
      return repeats(value) ? [...new Set(value)] : value;
    }
    let found: unknown[] = [row];
    for (const part of this.#path) {
      found = found.flatMap(
        (value) => (value as Record<string, unknown> | undefined)?.[part] ?? [],
      );
    }
    return found.length > 1 ? [...new Set(found)] : found;
  }
}
