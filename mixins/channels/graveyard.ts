/** The dead letters of all groups: kept with a copy of the message until they are redriven. */
import type { DatabaseSync } from "node:sqlite";
import { clock } from "../../services/shared/clock.ts";
import { newId } from "../../services/shared/ids.ts";
import { type Commits, committed } from "./commits.ts";
import type { Entry } from "./ledger.ts";
import type { DeadLetter, DeadLetterFilter, DeadLetters } from "./port.ts";
import type { Failed } from "./readers.ts";
import { state } from "./schema.ts";
import { type Prepared, prepareAll } from "./sql.ts";

const of = `FROM deadletters d JOIN groups g ON g.id = d.grp JOIN channels c ON c.id = g.channel
  WHERE (?1 IS NULL OR c.name = ?1) AND (?2 IS NULL OR g.name = ?2)`;

const statements = {
  bury: `INSERT INTO deadletters
    SELECT ?, ?, seq, id, key, time, headers, body, ?, ?, ?, ? FROM log WHERE seq = ?`,
  count: `SELECT count(*) AS n ${of}`,
  list: `SELECT d.*, c.name AS channel, g.name AS grp_name ${of} AND d.id > ?3
    ORDER BY d.id LIMIT ?4`,
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
} as const;

/** Most letters in one transaction, and on one page. */
const batch = 500;

const iso = (ms: unknown): string => new Date(Number(ms)).toISOString();

const letter = (row: Record<string, unknown>): DeadLetter => ({
  id: String(row.id),
  channel: String(row.channel),
  group: String(row.grp_name),
  message: JSON.parse(String(row.body)),
  error: JSON.parse(String(row.error)),
  attempts: Number(row.attempts),
  firstAt: iso(row.first_at),
  lastAt: iso(row.last_at),
});

export class Graveyard implements DeadLetters {
  readonly #sql: Prepared<typeof statements>;
  readonly #commits: Commits;
  readonly #wake: (group: number) => void;

  /** @param wake told of each group that got messages back */
  constructor(db: DatabaseSync, commits: Commits, wake: (group: number) => void) {
    this.#sql = prepareAll(db, statements);
    this.#commits = commits;
    this.#wake = wake;
  }

  /** Inside the transaction that takes the message from the group. */
  bury(group: number, entry: Entry, { error, attempts, at }: Failed): void {
    const first = entry.first_at ?? at;
    const note = JSON.stringify(error);
    this.#sql.bury.run(newId(), group, note, attempts, first, at, entry.seq);
  }

  async list(page: Parameters<DeadLetters["list"]>[0] = {}): Promise<DeadLetter[]> {
    const limit = Math.min(page.limit ?? 100, batch);
    const where = [page.channel ?? null, page.group ?? null] as const;

    return this.#sql.list.all(...where, page.after ?? "", limit).map(letter);
  }

  async count(filter: DeadLetterFilter = {}): Promise<number> {
    const row = this.#sql.count.get(filter.channel ?? null, filter.group ?? null);
    return Number(row?.n);
  }

  async redrive(which: { readonly ids: readonly string[] } | DeadLetterFilter): Promise<number> {
    let redriven = 0;
    for await (const ids of this.#batches(which)) {
      redriven += await committed(this.#commits, {
        rows: ids.length,
        durable: true,
        run: () => ids.filter((id) => this.#redriveOne(id)).length,
      });
    }
    return redriven;
  }

  /** Inside the transaction that drops the group. */
  forget(group: number): void {
    this.#sql.ofGroup.run(group);
  }

  #redriveOne(id: string): boolean {
    this.#sql.unearth.run(id);
    if (Number(this.#sql.again.run(clock.now(), id).changes) === 0) return false;
    this.#wake(Number(this.#sql.remove.get(id)?.grp));
    return true;
  }

  /** Only what is dead now: what dies again meanwhile is not redriven a second time. */
  async *#batches(
    which: { readonly ids: readonly string[] } | DeadLetterFilter,
  ): AsyncGenerator<string[]> {
    if ("ids" in which) {
      for (let at = 0; at < which.ids.length; at += batch) yield which.ids.slice(at, at + batch);
      return;
    }
    const until = newId();
    let after = "";
    while (true) {
      const ids = (await this.list({ ...which, after, limit: batch })).map(({ id }) => id);
      yield ids.filter((id) => id < until);
      after = ids.at(-1) ?? until;
      if (ids.length < batch || after >= until) return;
    }
  }
}
