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
import { nedbQuery, unrow } from "./nedb-rows.ts";

export class NedbEngine<D extends Stored> implements Engine<D> {
  readonly #of: Collection<D>;
  readonly #file: string;
  readonly #warn: (text: string) => void;
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

  /** Loads the file, compacts it, and makes the indexes be those that the store declares. */
  async open(): Promise<void> {
    const torn = await cutTornTail(this.#file);
    const db = openNedb<D>(this.#file);
    await db.loadDatabaseAsync();
    if (torn > 0) {
      this.#warn(`${this.#file}: a crash tore the last write; ${torn} unacknowledged bytes cut.`);
    }
    const append = db.persistence.persistNewStateAsync.bind(db.persistence);
    db.persistence.persistNewStateAsync = (rows) => appendOrUndo(this.#file, () => append(rows));
    const wanted: Collection<D>["indexes"] = { ...this.#of.indexes, claims: { unique: true } };
    for (const [field, { unique }] of Object.entries(db.indexes)) {
      const stays = field === "_id" || (wanted[field] && !!wanted[field].unique === unique);
      if (!stays) await db.removeIndexAsync(field);
    }
    for (const [fieldName, { unique = false }] of Object.entries(wanted)) {
      await db.ensureIndexAsync({ fieldName, unique, sparse: unique });
    }
    this.#open = db;
  }

  /** Waits for the last write. */
  async close(): Promise<void> {
    await this.#open?.executor.pushAsync(async () => undefined);
    this.#open = undefined;
  }

  async byIds(ids: readonly string[]): Promise<D[]> {
    const { _id } = this.#db.indexes as { _id: NedbDatabase<D>["indexes"][string] };
    return ids.flatMap((id) => _id.getMatching(id).map((row) => unrow(row)));
  }

  async page(query: EnginePage): Promise<D[]> {
    return selectPage(this.#db, query, nedbQuery(query.where)).map((row) => unrow(row));
  }

  insert(docs: readonly D[]): Promise<void> {
    const db = this.#db;
    return db.executor.pushAsync(async () => {
      const rows = db._prepareDocumentForInsertion(docs.map((doc) => ({ ...doc, _id: doc.id })));
      this.#unique(() => db._insertInCache(rows));
      try {
        await db.persistence.persistNewStateAsync(rows);
      } catch (error) {
        for (const row of rows) db._removeFromIndexes(row);
        throw error;
      }
    });
  }

  replace(doc: D, version: number): Promise<boolean> {
    const db = this.#db;
    return db.executor.pushAsync(async () => {
      const old = this.#at(doc.id, version);
      if (!old) return false;
      const next = db._prepareDocumentForInsertion({ ...doc, _id: doc.id });
      this.#unique(() => db._updateIndexes(old, next));
      try {
        await db.persistence.persistNewStateAsync([next]);
      } catch (error) {
        db._updateIndexes(next, old);
        throw error;
      }
      return true;
    });
  }

  remove(id: string, version: number): Promise<boolean> {
    const db = this.#db;
    return db.executor.pushAsync(async () => {
      const old = this.#at(id, version);
      if (!old) return false;
      await db.persistence.persistNewStateAsync([{ $$deleted: true, _id: id }]);
      db._removeFromIndexes(old);
      return true;
    });
  }

  async pending(before: string, limit: number): Promise<D[]> {
    return this.#db
      .getAllData()
      .filter((row) => row.outbox?.some(({ message }) => message.time <= before))
      .slice(0, limit)
      .map((row) => unrow(row));
  }

  /** In place: the outbox is in no index, and the documents need no copy. */
  clear(sent: ReadonlyMap<string, readonly string[]>): Promise<void> {
    const db = this.#db;
    return db.executor.pushAsync(async () => {
      const cleared: Row<D>[] = [];
      for (const [id, messages] of sent) {
        const row = db.indexes._id?.getMatching(id)[0];
        if (!row?.outbox) continue;
        const rest = row.outbox.filter(({ message }) => !messages.includes(message.id));
        if (rest.length > 0) row.outbox = rest;
        else delete row.outbox;
        cleared.push(row);
      }
      await db.persistence.persistNewStateAsync(cleared);
    });
  }

  #at(id: string, version: number): Row<D> | undefined {
    return this.#db.indexes._id?.getMatching(id).find((row) => row.version === version);
  }

  #unique(write: () => void): void {
    try {
      write();
    } catch (error) {
      const { errorType, key } = error as { errorType?: string; key?: unknown };
      if (errorType !== "uniqueViolated") throw error;
      throw Duplicate({ collection: this.#of.name, field: this.#fieldOf(key), value: `${key}` });
    }
  }

  #fieldOf(key: unknown): string {
    const isTaken = ([, index]: [
      string,
      { unique: boolean; getMatching(k: unknown): unknown[] },
    ]) => index.unique && index.getMatching(key).length > 0;
    const field = Object.entries(this.#db.indexes).find(isTaken)?.[0] ?? "_id";
    return field === "_id" ? "id" : field;
  }
}
