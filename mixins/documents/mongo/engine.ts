/**
 * Documents in MongoDB, on a replica set or a stand-alone server: a collection each, one document a
 * write. A server that is away is an outage within seconds; at start it is waited for.
 */
import type { Collection, Stored } from "../collection.ts";
import type { Engine, EnginePage } from "../engine.ts";
import { untilThere } from "../patience.ts";
import { uniqueFields } from "../uniques.ts";
import { type Run, watched } from "../watched.ts";
import { Batches } from "./batches.ts";
import { join, leave, type MongoServer } from "./connection.ts";
import { asProblem, isAway } from "./failures.ts";
import { prepare } from "./indexes.ts";
import { isVisible, pageQuery, visible } from "./query.ts";
import { docOf, type Row, type Rows, rowOf, rowsOf } from "./rows.ts";
import { Writer } from "./writer.ts";

export interface MongoSettings extends MongoServer {
  /** What takes longer is warned of, milliseconds. */
  slowMs: number;
}

export class MongoEngine<D extends Stored> implements Engine<D> {
  readonly #of: Collection<D>;
  readonly #run: Run;
  readonly #settings: MongoSettings;
  readonly #unique: readonly string[];
  readonly #rows: Rows;
  readonly #batches: Batches;
  readonly #writer: Writer;
  #state: "closed" | "opening" | "open" = "closed";

  constructor(of: Collection<D>, settings: MongoSettings) {
    [this.#of, this.#settings] = [of, settings];
    this.#run = watched({ ...settings, name: of.name, asProblem });
    this.#unique = uniqueFields(of);
    this.#rows = rowsOf(of.name);
    this.#batches = new Batches(this.#rows);
    this.#writer = new Writer(of.name, this.#rows, this.#batches);
  }

  /** Waits for a server that is away, ever longer between tries. @throws what waiting does not mend */
  async open(): Promise<void> {
    this.#state = "opening";
    await untilThere(() => this.#opened(), {
      isAway: (error) => this.#state === "opening" && isAway(error),
      told: (text) => this.#settings.warn(`${this.#of.name}: MongoDB is away: ${text}`),
    });
  }

  async #opened(): Promise<void> {
    await join(this.#settings);
    try {
      await prepare(this.#of, this.#rows);
      await this.#batches.sweep();
      if (this.#state === "opening") this.#state = "open";
      else await leave();
    } catch (error) {
      await leave();
      throw error;
    }
  }

  async close(): Promise<void> {
    const wasOpen = this.#state === "open";
    this.#state = "closed";
    if (wasOpen) await leave();
  }

  byIds(ids: readonly string[]): Promise<D[]> {
    return this.#run("byIds", async () => {
      const found = await this.#rows.find({ _id: { $in: ids } }).lean<Row[]>();
      return found.filter(isVisible).map(docOf<D>);
    });
  }

  page(query: EnginePage): Promise<D[]> {
    const asked = `page of ${Object.keys(query.where).join()} by ${query.sort.field}`;
    return this.#run(asked, async () => {
      const { filter, order, limit } = pageQuery(query, this.#unique);
      const found = await this.#rows.find(filter).sort(order).limit(limit).lean<Row[]>();
      return found
        .filter(isVisible)
        .slice(0, query.limit)
        .map(docOf<D>);
    });
  }

  insert(docs: readonly D[]): Promise<void> {
    return this.#run(`insert of ${docs.length}`, async () => {
      if (docs.length === 0) return;
      const rows = docs.map((doc) => rowOf(doc, this.#unique));
      await this.#writer.insert(rows);
    });
  }

  replace(doc: D, version: number): Promise<boolean> {
    return this.#run("replace", async () => {
      return this.#writer.replace(rowOf(doc, this.#unique), version);
    });
  }

  remove(id: string, version: number): Promise<boolean> {
    return this.#run("remove", async () => {
      const done = await this.#rows.deleteOne({ _id: id, version, ...visible });
      return done.deletedCount === 1;
    });
  }

  /** Batches that a crash left behind are settled on the way. */
  pending(before: string, limit: number): Promise<D[]> {
    return this.#run("pending", async () => {
      await this.#batches.sweep();
      const told = { "outbox.message.time": { $lte: before }, ...visible };
      return (await this.#rows.find(told).limit(limit).lean<Row[]>()).map(docOf<D>);
    });
  }

  /** An empty outbox stays with the row until the document is written again: it is read as none. */
  clear(sent: ReadonlyMap<string, readonly string[]>): Promise<void> {
    return this.#run("clear", async () => {
      if (sent.size === 0) return;
      const pulls = [...sent].map(([_id, ids]) => ({
        updateOne: {
          filter: { _id },
          update: { $pull: { outbox: { "message.id": { $in: ids } } } },
        },
      }));
      await this.#rows.collection.bulkWrite(pulls as never);
    });
  }
}
