/**
 * The embedded engine. A collection is in memory and in one append-only file. Reads see the last write at once;
 * writes are one after another, each on disk before it resolves, or undone.
 */
import type { Collection, Stored } from "./collection.ts";
import type { Engine, EnginePage } from "./engine.ts";
import { Duplicate } from "./failures.ts";
import { appendOrUndo, cutTornTail } from "./nedb-file.ts";
import { type NedbDatabase, openNedb, type Row } from "./nedb-internals.ts";
import { selectPage } from "./nedb-page.ts";
import { docOf, linesOf, nedbQuery, rowOf } from "./nedb-rows.ts";

export class NedbEngine<D extends Stored> implements Engine<D> {
  readonly #of: Collection<D>;
  readonly #file: string;
  readonly #warn: (text: string) => void;
  /** Documents with something in their outbox: a look at all of them would take too long. */
  readonly #telling = new Set<string>();
  #open: NedbDatabase<D> | undefined;

  constructor(of: Collection<D>, file: string, warn: (text: string) => void) {
    this.#warn = warn;
    this.#of = of;
    this.#file = file;
  }

  get #db(): NedbDatabase<D> {
    if (!this.#open) throw new Error(`The collection ${this.#of.name} is not open.`);
    return this.#open;
  }

  /** Loads the file, compacts it, and fills the indexes. */
  async open(): Promise<void> {
    const torn = await cutTornTail(this.#file);
    const db = openNedb<D>(this.#file, { ...this.#of.indexes, claims: { unique: true } });
    await db.loadDatabaseAsync();
    if (torn > 0) {
      this.#warn(`${this.#file}: a crash tore the last write; ${torn} unacknowledged bytes cut.`);
    }
    for (const row of db.getAllData()) if (row.outbox) this.#telling.add(row._id);
    this.#open = db;
  }

  /** Waits for the last write. */
  async close(): Promise<void> {
    await this.#open?.executor.pushAsync(async () => undefined);
    this.#open = undefined;
  }

  async byIds(ids: readonly string[]): Promise<D[]> {
    const { _id } = this.#db.indexes;
    return ids.flatMap((id) => _id.getMatching(id).map((row) => docOf(row)));
  }

  async page(query: EnginePage): Promise<D[]> {
    return selectPage(this.#db, query, nedbQuery(query.where)).map((row) => docOf(row));
  }

  insert(docs: readonly D[]): Promise<void> {
    const db = this.#db;
    return db.executor.pushAsync(async () => {
      const rows = docs.map(rowOf);
      this.#unique(() => db._insertInCache(rows));
      await this.#append(rows, () => {
        for (const row of rows) db._removeFromIndexes(row);
      });
      for (const row of rows) if (row.outbox) this.#telling.add(row._id);
    });
  }

  replace(doc: D, version: number): Promise<boolean> {
    const db = this.#db;
    return db.executor.pushAsync(async () => {
      const old = this.#at(doc.id, version);
      if (!old) return false;
      const next = rowOf(doc);
      this.#unique(() => db._updateIndexes(old, next));
      await this.#append([next], () => db._updateIndexes(next, old));
      if (next.outbox) this.#telling.add(next._id);
      return true;
    });
  }

  remove(id: string, version: number): Promise<boolean> {
    const db = this.#db;
    return db.executor.pushAsync(async () => {
      const old = this.#at(id, version);
      if (!old) return false;
      await this.#append([{ $$deleted: true, _id: id }]);
      db._removeFromIndexes(old);
      this.#telling.delete(id);
      return true;
    });
  }

  async pending(before: string, limit: number): Promise<D[]> {
    const found: D[] = [];
    for (const id of this.#telling) {
      const row = this.#db.indexes._id.getMatching(id)[0];
      if (row?.outbox?.some(({ message }) => message.time <= before)) found.push(docOf(row));
      if (found.length === limit) break;
    }
    return found;
  }

  /** In place: the outbox is in no index, and the documents need no copy. */
  clear(sent: ReadonlyMap<string, readonly string[]>): Promise<void> {
    const db = this.#db;
    return db.executor.pushAsync(async () => {
      const cleared: Row<D>[] = [];
      for (const [id, messages] of sent) {
        const row = db.indexes._id.getMatching(id)[0];
        if (!row?.outbox) continue;
        const rest = row.outbox.filter(({ message }) => !messages.includes(message.id));
        if (rest.length > 0) row.outbox = rest;
        else {
          delete row.outbox;
          this.#telling.delete(id);
        }
        cleared.push(row);
      }
      await this.#append(cleared);
    });
  }

  async #append(rows: readonly object[], undo?: () => void): Promise<void> {
    try {
      await appendOrUndo(this.#file, linesOf(rows));
    } catch (error) {
      undo?.();
      throw error;
    }
  }

  #at(id: string, version: number): Row<D> | undefined {
    return this.#db.indexes._id.getMatching(id).find((row) => row.version === version);
  }

  #unique(write: () => void): void {
    try {
      write();
    } catch (error) {
      // NeDB's own index, which has the ids, does not name its field.
      const { errorType, key, field = "id" } = error as Record<string, string>;
      if (errorType !== "uniqueViolated") throw error;
      throw Duplicate({ collection: this.#of.name, field, value: `${key}` });
    }
  }
}
