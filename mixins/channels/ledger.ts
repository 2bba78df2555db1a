/**
 * What one group has taken, done and put off, in SQL. Its rule: everything up to `floor` was taken
 * from the log, and what of it is not done is in `pending`. All writes run inside a transaction of
 * commits.ts.
 */
import type { DatabaseSync } from "node:sqlite";
import { type Failure, interrupted } from "./failure.ts";
import { state } from "./schema.ts";
import { type Prepared, prepareAll } from "./sql.ts";

/** A message as a group sees it. */
export interface Entry {
  readonly seq: number;
  readonly key: string;
  readonly state: number | null;
  readonly attempts: number;
  readonly first_at: number | null;
  readonly not_before: number;
  readonly headers: string | null;
  readonly body: string;
  /** The last failure, as JSON. */
  readonly error: string | null;
}

const columns = "log.seq, log.key, log.not_before, log.headers, log.body";

const statements = {
  floor: "SELECT floor FROM groups WHERE id = ?",
  raise: "UPDATE groups SET floor = ? WHERE id = ?",
  fresh: `SELECT ${columns}, NULL AS state, 0 AS attempts, NULL AS first_at,
    NULL AS error FROM log
    WHERE channel = ? AND seq > ? ORDER BY seq LIMIT ?`,
  due: `SELECT ${columns}, p.state, p.attempts, p.first_at, p.error FROM pending p JOIN log USING (seq)
    WHERE p.grp = ? AND p.state IN (1, 2) AND p.due <= ? ORDER BY p.due, p.seq LIMIT ?`,
  nextDue: "SELECT min(due) AS due FROM pending WHERE grp = ? AND state IN (1, 2)",
  put: `INSERT INTO pending (grp, seq, key, state, due) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET state = excluded.state, due = excluded.due`,
  retry: `UPDATE pending SET state = ${state.retry}, due = ?, attempts = ?, error = ?,
    first_at = coalesce(first_at, ?) WHERE grp = ? AND seq = ?`,
  remove: "DELETE FROM pending WHERE grp = ? AND seq = ?",
  release: `UPDATE pending SET state = ${state.delayed}, due = 1 WHERE grp = ?1 AND seq =
    (SELECT min(seq) FROM pending WHERE grp = ?1 AND key = ?2 AND state = 3)`,
  releaseAll: `UPDATE pending SET state = ${state.delayed}, due = 1 WHERE grp = ? AND state = 3`,
  resume: `UPDATE pending SET state = ${state.retry}, due = 1, attempts = attempts + 1,
    first_at = coalesce(first_at, ?), error = ? WHERE grp = ? AND state = ${state.running}`,
  retrying: `SELECT key FROM pending WHERE grp = ? AND state IN (1, 2) AND state = ${state.retry}`,
  held: "SELECT count(*) AS n FROM pending WHERE grp = ? AND state = 3",
} as const;

const number = (row: Record<string, unknown> | undefined, column: string): number =>
  Number(row?.[column] ?? 0);

export class Ledger {
  readonly group: number;
  readonly #channel: number;
  readonly #sql: Prepared<typeof statements>;

  constructor(db: DatabaseSync, group: number, channel: number) {
    this.group = group;
    this.#channel = channel;
    this.#sql = prepareAll(db, statements);
  }

  /**
   * After a start: what was running when the process ended was tried once, and is due now; what
   * was held back stands in line again.
   */
  resume(now: number): void {
    this.#sql.resume.run(now, JSON.stringify(interrupted), this.group);
    this.#sql.releaseAll.run(this.group);
  }

  floor = (): number => number(this.#sql.floor.get(this.group), "floor");

  raise = (floor: number): void => void this.#sql.raise.run(floor, this.group);

  fresh(floor: number, limit: number): Entry[] {
    return this.#sql.fresh.all(this.#channel, floor, limit) as unknown as Entry[];
  }

  due(now: number, limit: number): Entry[] {
    return this.#sql.due.all(this.group, now, limit) as unknown as Entry[];
  }

  /** When the next waiting message is due, in milliseconds; 0 if none waits. */
  nextDue = (): number => number(this.#sql.nextDue.get(this.group), "due");

  /** Takes a message from the log, or changes the state of a pending one. */
  put(entry: Entry, as: number, due = 0): void {
    this.#sql.put.run(this.group, entry.seq, entry.key, as, due);
  }

  retry(seq: number, next: { due: number; attempts: number; error: Failure; at: number }): void {
    const error = JSON.stringify(next.error);
    this.#sql.retry.run(next.due, next.attempts, error, next.at, this.group, seq);
  }

  done = (seq: number): void => void this.#sql.remove.run(this.group, seq);

  /** Lets the next message that this key held back come. */
  release = (key: string): boolean => Number(this.#sql.release.run(this.group, key).changes) > 0;

  /** The keys of the messages that wait to be tried again. */
  retrying = (): string[] => this.#sql.retrying.all(this.group).map((row) => String(row.key));

  held = (): number => number(this.#sql.held.get(this.group), "n");
}
