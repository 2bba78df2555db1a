/**
 * Writes rows whose unique values nobody else may hold. Who stands in the way and is not committed
 * yet is waited for: it may go again.
 */
import { Duplicate } from "../failures.ts";
import { unkeyed } from "../uniques.ts";
import { Aborted, type Batches } from "./batches.ts";
import { isDuplicate } from "./failures.ts";
import { visible } from "./query.ts";
import type { Row, Rows } from "./rows.ts";

/** How often what met another writer is tried. */
const tries = 5;

export class Writer {
  readonly #collection: string;
  readonly #rows: Rows;
  readonly #batches: Batches;

  constructor(collection: string, rows: Rows, batches: Batches) {
    [this.#collection, this.#rows, this.#batches] = [collection, rows, batches];
  }

  /** All or none. @throws Duplicate, also where two of them are alike */
  async insert(rows: readonly Row[]): Promise<void> {
    this.#mustDiffer(rows);
    await this.#write(rows, async () => {
      if (rows.length > 1) await this.#batches.insert(rows);
      else await this.#rows.insertMany(rows, { lean: true });
    });
  }

  /** @returns false when there is no such version; @throws Duplicate */
  async replace(row: Row, version: number): Promise<boolean> {
    const at = { _id: row._id, version, ...visible };
    const write = () => this.#rows.replaceOne(at, row);
    return (await this.#write([row], write, row._id)).matchedCount === 1;
  }

  /** @param own the id of the row that is replaced */
  async #write<T>(rows: readonly Row[], write: () => Promise<T>, own?: string): Promise<T> {
    for (let left = tries; ; left--) {
      try {
        return await write();
      } catch (error) {
        if (left === 0 || !(error instanceof Aborted || isDuplicate(error))) throw error;
        if (isDuplicate(error)) await this.#free(rows, own);
      }
    }
  }

  /** Resolves when nobody visible holds what these need. @throws Duplicate when somebody does */
  async #free(rows: readonly Row[], own?: string): Promise<void> {
    const ids = own === undefined ? rows.map((row) => row._id) : [];
    const uniques = rows.flatMap((row) => row.uniques ?? []);
    const any = { $or: [{ _id: { $in: ids } }, { uniques: { $in: uniques } }] };
    for (;;) {
      const found = await this.#rows.find(any, { uniques: 1, batch: 1 }).lean<Row[]>();
      const others = found.filter((row) => row._id !== own);
      const holder = others.find((row) => row.batch === undefined);
      if (holder) throw this.#duplicate(holder, uniques);
      const [batch] = others.flatMap((row) => row.batch ?? []);
      if (batch === undefined) return;
      await this.#batches.settle(batch);
    }
  }

  #mustDiffer(rows: readonly Row[]): void {
    const seen = new Set<string>();
    for (const row of rows) {
      const all = [`id=${JSON.stringify(row._id)}`, ...(row.uniques ?? [])];
      const twice = all.find((key) => seen.has(key));
      if (twice) throw Duplicate({ collection: this.#collection, ...unkeyed(twice) });
      for (const key of all) seen.add(key);
    }
  }

  #duplicate(holder: Pick<Row, "_id" | "uniques">, wanted: readonly string[]) {
    const key = holder.uniques?.find((one) => wanted.includes(one));
    const taken = key ? unkeyed(key) : { field: "id", value: holder._id };
    return Duplicate({ collection: this.#collection, ...taken });
  }
}
