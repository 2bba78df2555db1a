/**
 * What one group has taken, done and put off, in SQL. Its rule: everything up to `floor` was taken
 * from the log, and what of it is not done is in `pending`. All writes run inside a transaction of
 * commits.ts.
 */
import type { DatabaseSync } from "node:sqlite";
import { interrupted } from "../failure.ts";
import type { Entry, Written } from "./protocol.ts";
import { state } from "./schema.ts";
import { type Prepared, prepareAll } from "./sql.ts";

/** A message as a group finds it: new if it has no state. */
export interface Found extends Entry {
  readonly state: number | null;
  readonly not_before: number;
}

type Retried = Omit<Extract<Written, { kind: "retry" | "dead" }>, "kind">;

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
  back: `UPDATE pending SET state = ${state.retry}, due = 1 WHERE grp = ? AND seq = ?`,
  retry: `UPDATE pending SET state = ${state.retry}, due = ?, attempts = ?, error = ?,
    first_at = coalesce(first_at, ?) WHERE grp = ? AND seq = ?`,
  remove: "DELETE FROM pending WHERE grp = ? AND seq = ?",
  release: `UPDATE pending SET state = ${state.delayed}, due = 1 WHERE grp = ?1 AND seq =
    (SELECT min(seq) FROM pending WHERE grp = ?1 AND key = ?2 AND state = 3)`,
  releaseAll: `UPDATE pending SET state = ${state.delayed}, due = 1 WHERE grp = ? AND state = 3`,
  resume: `UPDATE pending SET state = ${state.retry}, due = 1, attempts = attempts + 1,
    first_at = coalesce(first_at, ?), error = ? WHERE grp = ? AND state = ${state.running}
      AND seq NOT IN (SELECT value FROM json_each(?))`,
  busy: `SELECT key, state FROM pending WHERE grp = ?
    AND state IN (${state.running}, ${state.retry})`,
  held: "SELECT count(*) AS n FROM pending WHERE grp = ? AND state = 3",
} as const;

const number = (row: Record<string, unknown> | undefined, column: string): number =>
  Number(row?.[column] ?? 0);

export class Ledger {
  readonly group: number;
  readonly channel: number;
  readonly #sql: Prepared<typeof statements>;

  constructor(db: DatabaseSync, group: number, channel: number) {
    this.group = group;
    this.channel = channel;
    this.#sql = prepareAll(db, statements);
  }

  /**
   * After a start: what was running when the process ended was tried once, and is due now; what
   * was held back stands in line again.
   *
   * @param inHand what runs all the same, in a process that outlived the log's thread
   */
  resume(now: number, inHand: readonly number[]): void {
    const except = JSON.stringify(inHand);
    this.#sql.resume.run(now, JSON.stringify(interrupted), this.group, except);
    this.releaseAll();
  }

  releaseAll = (): void => void this.#sql.releaseAll.run(this.group);

  floor = (): number => number(this.#sql.floor.get(this.group), "floor");

  raise = (floor: number): void => void this.#sql.raise.run(floor, this.group);

  fresh(floor: number, limit: number): Found[] {
    return this.#sql.fresh.all(this.channel, floor, limit) as unknown as Found[];
  }

  due(now: number, limit: number): Found[] {
    return this.#sql.due.all(this.group, now, limit) as unknown as Found[];
  }

  /** When the next waiting message is due, in milliseconds; 0 if none waits. */
  nextDue = (): number => number(this.#sql.nextDue.get(this.group), "due");

  /** Takes a message from the log, or changes the state of a pending one. */
  put({ seq, key }: { seq: number; key: string }, as: number, due = 0): void {
    this.#sql.put.run(this.group, seq, key, as, due);
  }

  /** It was not tried, and is due now. @returns false if it was dropped meanwhile, as below */
  back = (seq: number): boolean => Number(this.#sql.back.run(this.group, seq).changes) > 0;

  retry({ seq, due, attempts, error, at }: Retried): boolean {
    return Number(this.#sql.retry.run(due, attempts, error, at, this.group, seq).changes) > 0;
  }

  done = (seq: number): boolean => Number(this.#sql.remove.run(this.group, seq).changes) > 0;

  /** Lets the next message that this key held back come. */
  release = (key: string): boolean => Number(this.#sql.release.run(this.group, key).changes) > 0;

  /** The keys of the messages that run or wait to be tried again, and how many of these wait. */
  busy(): { keys: string[]; retrying: number } {
    const rows = this.#sql.busy.all(this.group);
    const keys = rows.map((row) => String(row.key));
    return { keys, retrying: rows.filter((row) => Number(row.state) === state.retry).length };
  }

  held = (): number => number(this.#sql.held.get(this.group), "n");
}
