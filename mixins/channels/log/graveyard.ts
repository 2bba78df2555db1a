/** The dead letters of all groups: kept with a copy of the message until they are redriven. */
import type { DatabaseSync } from "node:sqlite";
import { newId } from "../../../services/shared/ids.ts";
import { type Commits, committed } from "./commits.ts";
import type { LetterRow, Name, Written } from "./protocol.ts";
import { state } from "./schema.ts";
import { type Prepared, prepareAll } from "./sql.ts";

const of = `FROM deadletters d JOIN groups g ON g.id = d.grp JOIN channels c ON c.id = g.channel
  WHERE (?1 IS NULL OR c.name = ?1) AND (?2 IS NULL OR g.name = ?2)`;

/** Most letters forgotten in one transaction. */
const batch = 500;

const statements = {
  // Only what the group has still to do: a thread that died may have buried it already.
  bury: `INSERT INTO deadletters
    SELECT ?1, ?2, seq, id, key, time, headers, body, ?3, ?4, ?5, ?6 FROM log WHERE seq = ?7
      AND EXISTS (SELECT 1 FROM pending WHERE grp = ?2 AND pending.seq = ?7)`,
  count: `SELECT count(*) AS n ${of}`,
  list: `SELECT d.id, c.name AS channel, g.name AS "group", d.body, d.error, d.attempts,
    d.first_at, d.last_at ${of} AND d.id > ?3 ORDER BY d.id LIMIT ?4`,
  // The log may have forgotten the message; then it gets its old place back.
  unearth: `INSERT OR IGNORE INTO log
    SELECT d.seq, g.channel, d.message_id, d.key, d.time, 0, d.headers, d.body
    FROM deadletters d JOIN groups g ON g.id = d.grp WHERE d.id = ?`,
  again: `INSERT OR REPLACE INTO pending (grp, seq, key, state, due)
    SELECT d.grp, l.seq, d.key, ${state.delayed}, ? FROM deadletters d
    JOIN groups g ON g.id = d.grp JOIN log l ON l.channel = g.channel AND l.id = d.message_id
    WHERE d.id = ?`,
  remove: "DELETE FROM deadletters WHERE id = ? RETURNING grp",
  ofGroup: "DELETE FROM deadletters WHERE grp = ?",
  // Ids are in order of death: the oldest come first.
  expire: `DELETE FROM deadletters WHERE id IN (SELECT id FROM
    (SELECT id, last_at FROM deadletters ORDER BY id LIMIT ${batch}) WHERE last_at < ?)`,
} as const;

export class Graveyard {
  readonly #sql: Prepared<typeof statements>;
  readonly #commits: Commits;

  constructor(db: DatabaseSync, commits: Commits) {
    this.#sql = prepareAll(db, statements);
    this.#commits = commits;
  }

  /** Inside the transaction that takes the message from the group. */
  bury(group: number, it: Extract<Written, { attempts: number }>): void {
    const { seq, error, attempts, first_at, at } = it;
    this.#sql.bury.run(newId(), group, error, attempts, first_at ?? at, at, seq);
  }

  list(channel: Name, group: Name, after: string, limit: number): LetterRow[] {
    return this.#sql.list.all(channel, group, after, limit) as unknown as LetterRow[];
  }

  count(channel: Name, group: Name): number {
    return Number(this.#sql.count.get(channel, group)?.n);
  }

  /** One transaction. */
  async redrive(ids: readonly string[], now: number) {
    const run = () => ids.flatMap((id) => this.#redriveOne(id, now));
    const groups = await committed(this.#commits, { rows: ids.length, durable: true, run });
    return { redriven: groups.length, groups: [...new Set(groups)] };
  }

  /** Inside the transaction that drops the group. */
  forget(group: number): void {
    this.#sql.ofGroup.run(group);
  }

  /**
   * Forgets those that died earlier than this, in small transactions.
   *
   * @returns how many
   */
  async expire(before: number, goOn: () => boolean): Promise<number> {
    let total = 0;
    const run = () => Number(this.#sql.expire.run(before).changes);
    while (goOn()) {
      const gone = await committed(this.#commits, { rows: batch, durable: false, run });
      total += gone;
      if (gone < batch) break;
    }
    return total;
  }

  /** @returns its group, or nothing if there is no such letter */
  #redriveOne(id: string, now: number): number[] {
    this.#sql.unearth.run(id);
    if (Number(this.#sql.again.run(now, id).changes) === 0) return [];
    return [Number(this.#sql.remove.get(id)?.grp)];
  }
}
