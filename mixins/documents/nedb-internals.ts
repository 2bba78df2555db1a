/**
 * The parts of NeDB below its public methods that the engine stands on. The public ones copy twice,
 * leave refused writes visible and sort whole collections; these are what they are made of. The
 * version is pinned, and the store's specs notice when one of them changes.
 */
import { createRequire } from "node:module";
import type { Readable } from "node:stream";
import type { Collection, Stored } from "./collection.ts";
import { HashIndex } from "./hash-index.ts";
import { SortedIndex } from "./sorted-index.ts";

export type Row<D extends Stored> = D & { _id: string };

export interface NedbDatabase<D extends Stored> {
  indexes: Record<string, HashIndex<D> | SortedIndex<D>> & { _id: HashIndex<D> };
  executor: { pushAsync<T>(task: () => Promise<T>): Promise<T> };
  persistence: {
    treatRawStreamAsync(stream: Readable): Promise<{ data: Row<D>[]; indexes: object }>;
  };
  loadDatabaseAsync(): Promise<void>;
  getAllData(): Row<D>[];
  _insertInCache(rows: Row<D>[]): void;
  _updateIndexes(old: Row<D>, next: Row<D>): void;
  _removeFromIndexes(row: Row<D>): void;
}

interface Model {
  match(row: object, query: object): boolean;
  compareThings(a: unknown, b: unknown): number;
}

const require = createRequire(import.meta.url);
export const model = require("@seald-io/nedb/lib/model.js") as Model;

/** NeDB's order of values of any type; most are texts, which need none of its questions. */
export function compareValues(a: unknown, b: unknown): number {
  if (typeof a !== "string" || typeof b !== "string") return model.compareThings(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

const Nedb = require("@seald-io/nedb") as new (options: object) => unknown;

/** A database on a file that `read` reads, its indexes as declared, not as the file remembers. */
export function openNedb<D extends Stored>(
  filename: string,
  indexes: Collection<D>["indexes"],
  read: () => Promise<Row<D>[]>,
): NedbDatabase<D> {
  const db = new Nedb({
    filename,
    testSerializationHooks: false,
    modes: { fileMode: 0o600, dirMode: 0o700 },
  }) as NedbDatabase<D>;
  db.indexes._id = new HashIndex<D>("_id", true);
  for (const [field, { unique = false, sorts = false }] of Object.entries(indexes)) {
    db.indexes[field] = sorts
      ? new SortedIndex<D>(field, compareValues)
      : new HashIndex<D>(field, unique);
  }
  db.persistence.treatRawStreamAsync = async (stream) => {
    stream.destroy();
    return { data: await read(), indexes: {} };
  };
  return db;
}
