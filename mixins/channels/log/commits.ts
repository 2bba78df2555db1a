/**
 * Group commit: whatever is asked in the same turn of the thread's loop shares one transaction, and
 * a transaction is small enough not to hold up the next for long. A job's `settle` is called only after its
 * transaction is committed, or with the error if it was rolled back; between `run` and `settle`
 * nothing else runs.
 */
import type { DatabaseSync } from "node:sqlite";
import { ChannelError, logUnavailable } from "../errors.ts";
import { type Prepared, prepareAll } from "./sql.ts";

interface Job {
  /** About how many rows and bytes it writes. */
  readonly rows: number;
  readonly bytes: number;
  /** Must survive a power cut, not only the end of the process: costs an fsync. */
  readonly durable: boolean;
  run(): void;
  settle(error?: Error): void;
}

const maxRows = 500;
const maxBytes = 4 * 1024 * 1024;

const statements = { begin: "BEGIN IMMEDIATE", commit: "COMMIT" } as const;

const closed = "The channels are closed: this node is stopping. Send again when it has started.";

export class Commits {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #sql: Prepared<typeof statements>;
  #isDurable: boolean | undefined;
  #queue: Job[] = [];
  #scheduled = false;

  constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#path = path;
    this.#sql = prepareAll(db, statements);
  }

  add(job: Job): void {
    if (!this.#db.isOpen) {
      job.settle(new ChannelError("CHANNELS_CLOSED", closed));
      return;
    }
    this.#queue.push(job);
    this.#schedule();
  }

  /** Writes what waits, then closes the file. Later jobs are refused. */
  close(): void {
    while (this.#queue.length > 0) this.#flush(this.#next());
    if (this.#db.isOpen) this.#db.close();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#queue.length > 0) this.#flush(this.#next());
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #next(): Job[] {
    let rows = 0;
    let bytes = 0;
    const end = this.#queue.findIndex((job, at) => {
      rows += job.rows;
      bytes += job.bytes;
      return at > 0 && (rows > maxRows || bytes > maxBytes);
    });

    return this.#queue.splice(0, end === -1 ? this.#queue.length : end);
  }

  #flush(jobs: readonly Job[]): void {
    let error: Error | undefined;
    try {
      this.#sync(jobs.some((job) => job.durable));
      this.#sql.begin.run();
      for (const job of jobs) job.run();
      this.#sql.commit.run();
    } catch (cause) {
      error = logUnavailable(this.#path, cause);
      this.#rollback();
    }
    for (const job of jobs) job.settle(error);
  }

  /** Acks need no fsync: one that a power cut takes back is only a second delivery. */
  #sync(durable: boolean): void {
    if (this.#isDurable === durable) return;
    this.#db.exec(`PRAGMA synchronous = ${durable ? "FULL" : "NORMAL"}`);
    this.#isDurable = durable;
  }

  #rollback(): void {
    try {
      if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself, as it does when the disk is full.
    }
  }
}

/** Runs statements in the next transaction and answers what they return. */
export const committed = async <T>(
  commits: Commits,
  work: { rows: number; bytes?: number; durable: boolean; run: () => T },
): Promise<T> =>
  await new Promise<T>((resolve, reject) => {
    let result: T;
    commits.add({
      rows: work.rows,
      bytes: work.bytes ?? 0,
      durable: work.durable,
      run: () => {
        result = work.run();
      },
      settle: (error) => (error ? reject(error) : resolve(result)),
    });
  });
