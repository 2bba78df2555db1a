/**
 * Many documents or none, without transactions, which a stand-alone server has not. Rows are written
 * with the id of their batch, and nobody sees them; one record says that the batch is committed; then
 * the id is taken off. Whoever finds the rows of a writer that died commits or removes them, and the
 * record decides who was first: a writer that was only slow finds itself refused.
 */
import { setTimeout } from "node:timers/promises";
import mongoose from "mongoose";
import { newId } from "../../../services/shared/ids.ts";
import { isDuplicate } from "./failures.ts";
import type { Row, Rows } from "./rows.ts";

interface BatchRecord {
  _id: string;
  of: string;
  state: "committed" | "aborted";
}

const schema = new mongoose.Schema<BatchRecord>(
  { _id: String, of: String, state: String },
  { strict: "throw", strictQuery: "throw", versionKey: false, id: false, bufferCommands: false },
);
const name = "documents.batches";
const records = () =>
  (mongoose.models[name] as mongoose.Model<BatchRecord> | undefined) ??
  mongoose.model<BatchRecord>(name, schema, name);

/** A batch that is not committed after so long is given up for its writer. */
const patienceMs = 5_000;
const pauseMs = 50;
/** So long is it remembered that a batch was given up: longer than any writer waits for an answer. */
const keepMs = 86_400_000;

/** The batch was given up for this writer: it was too slow. Another try may be faster. */
export class Aborted extends Error {}

/** When an id was made, and the first id of a time: UUIDv7 begins with milliseconds (RFC 9562). */
const madeAt = (id: string): number => Number.parseInt(id.replace("-", "").slice(0, 12), 16);
const firstOf = (ms: number): string => {
  const hex = ms.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
};

export class Batches {
  readonly #rows: Rows;
  readonly #now: () => number;

  constructor(rows: Rows, now: () => number = Date.now) {
    this.#rows = rows;
    this.#now = now;
  }

  /** @throws Aborted; what the driver throws, a duplicate for one: then nothing of it stays */
  async insert(rows: readonly Row[]): Promise<void> {
    const batch = newId();
    try {
      const marked = rows.map((row) => ({ ...row, batch }));
      await this.#rows.insertMany(marked, { ordered: true, lean: true });
    } catch (error) {
      // If this fails too, somebody will find them.
      if (isDuplicate(error)) await this.#rows.deleteMany({ batch });
      throw error;
    }
    if (!(await this.#decide(batch, "committed"))) {
      await this.#rows.deleteMany({ batch });
      throw new Aborted("A batch of documents took too long to be written.");
    }
    const _id = { $in: rows.map((row) => row._id) };
    await this.#finish(batch, { _id, batch });
  }

  /** Waits until a batch is decided, or decides for a writer that is too late; then carries it out. */
  async settle(batch: string): Promise<void> {
    for (;;) {
      const record = await records().findById(batch).lean();
      if (record?.state === "committed") return this.#finish(batch, { batch });
      const isLate = this.#now() - madeAt(batch) >= patienceMs;
      if (record || (isLate && (await this.#decide(batch, "aborted")))) {
        await this.#rows.deleteMany({ batch });
        return;
      }
      if (isLate) continue;
      if (!(await this.#rows.exists({ batch }))) return;
      await setTimeout(pauseMs);
    }
  }

  /** Settles what dead writers left; those that may be alive are left alone. */
  async sweep(): Promise<void> {
    const left: string[] = await this.#rows.distinct("batch", { batch: { $gt: "" } });
    const dead = left.filter((batch) => this.#now() - madeAt(batch) >= patienceMs);
    for (const batch of dead) await this.settle(batch);
    if (dead.length < left.length) return;
    const old = { of: this.#rows.modelName, _id: { $lt: firstOf(this.#now() - keepMs) } };
    await records().deleteMany(old);
  }

  /** @returns whether this was first to decide */
  async #decide(batch: string, state: BatchRecord["state"]): Promise<boolean> {
    try {
      const record = { _id: batch, of: this.#rows.modelName, state };
      await records().insertMany([record], { lean: true });
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  async #finish(batch: string, of: object): Promise<void> {
    await this.#rows.updateMany(of, { $unset: { batch: "" } });
    await records().deleteOne({ _id: batch });
  }
}
