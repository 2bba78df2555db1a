/**
 * The embedded engine. A collection is in memory and in one append-only file. Reads see the last
 * write at once; writes are one after another, each on disk before it resolves, or undone.
 */
import type { Collection, Stored } from "./collection.ts";
import type { Engine, EnginePage } from "./engine.ts";
import { Duplicate } from "./failures.ts";
import { Appender, cutTornTail, readRows } from "./nedb-file.ts";
import { type NedbDatabase, openNedb, type Row } from "./nedb-internals.ts";
import { selectPage } from "./nedb-page.ts";
import { docOf, linesOf, nedbQuery, rowOf, withoutSent } from "./nedb-rows.ts";

export class NedbEngine<D extends Stored> implements Engine<D> {
  readonly #of: Collection<D>;
  readonly #file: string;
  readonly #warn: (text: string) => void;
  /** Documents with something in their outbox: a look at all of them would take too long. */
  readonly #telling = new Set<string>();
  #open: NedbDatabase<D> | undefined;
  #appender: Appender | undefined;

  constructor(of: Collection<D>, file: string, warn: (text: string) => void) {
    [this.#of, this.#file, this.#warn] = [of, file, warn];
  }

  get #db(): NedbDatabase<D> {
    if (this.#open) return this.#open;
    throw new Error(`The collection ${this.#of.name} is not open.`);
  }

  /** Loads the file, compacts it, and fills the indexes. */
  async open(): Promise<void> {
    const torn = await cutTornTail(this.#file);
    const indexes = { ...this.#of.indexes, id: { sorts: true }, claims: { unique: true } };
    const db = openNedb<D>(this.#file, indexes, () => readRows<D>(this.#file));
    await db.loadDatabaseAsync();
    if (torn > 0) this.#warn(`${this.#file}: a crash tore the last write; ${torn} bytes cut.`);
    for (const row of db.getAllData()) this.#keep(row);
    this.#appender = await Appender.open(this.#file);
    this.#open = db;
  }

  /** Waits for the last write. */
  async close(): Promise<void> {
    await this.#open?.executor.pushAsync(async () => this.#appender?.close());
    this.#open = undefined;
  }

  async byIds(ids: readonly string[]): Promise<D[]> {
    return ids.flatMap((id) => {
      const row = this.#row(id);
      return row ? docOf(row) : [];
    });
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
      for (const row of rows) this.#keep(row);
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
      this.#keep(next);
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
      const row = this.#row(id);
      if (row?.outbox?.some(({ message }) => message.time <= before)) found.push(docOf(row));
      if (found.length === limit) break;
    }
    return found;
  }

  /** In place: the outbox is in no index, and the documents are not written again. */
  clear(sent: ReadonlyMap<string, readonly string[]>): Promise<void> {
    return this.#db.executor.pushAsync(async () => {
      await this.#append([{ $$sent: [...sent] }]);
      for (const [id, messages] of sent) {
        const row = this.#row(id);
        if (row) withoutSent(row, messages);
        if (!row?.outbox) this.#telling.delete(id);
      }
    });
  }

  #keep(row: Row<D>): void {
    if (row.outbox) this.#telling.add(row._id);
  }

  #row(id: string): Row<D> | undefined {
    return this.#db.indexes._id.getMatching(id)[0];
  }

  async #append(rows: readonly object[], undo: () => void = () => undefined): Promise<void> {
    await this.#appender?.append(linesOf(rows)).catch((error) => {
      undo();
      throw error;
    });
  }

  #at(id: string, version: number): Row<D> | undefined {
    const row = this.#row(id);
    return row?.version === version ? row : undefined;
  }

  #unique(write: () => void): void {
    try {
      write();
    } catch (error) {
      const { errorType, key, field } = error as Record<string, string>;
      if (errorType !== "uniqueViolated") throw error;
      const name = field === "_id" ? "id" : `${field}`;
      throw Duplicate({ collection: this.#of.name, field: name, value: `${key}` });
    }
  }
}
