/** Applies the retention to the log's file and its dead letters, in small transactions. */
import type { DatabaseSync } from "node:sqlite";
import type { Swept } from "../port.ts";
import { type Commits, committed } from "./commits.ts";
import type { Graveyard } from "./graveyard.ts";
import { dayMs, expired, type Kept, type Retention } from "./retention.ts";
import { type Prepared, prepareAll } from "./sql.ts";

/** Messages looked at in one transaction. */
const batch = 500;

const statements = {
  channels: "SELECT id, held AS n FROM channels",
  oldest: `SELECT seq, time, (
      EXISTS (SELECT 1 FROM groups g WHERE g.channel = log.channel AND g.floor < log.seq)
      OR EXISTS (SELECT 1 FROM groups g JOIN pending p ON p.grp = g.id AND p.seq = log.seq
        WHERE g.channel = log.channel)
    ) AS wanted FROM log WHERE channel = ? AND seq > ? ORDER BY seq LIMIT ${batch}`,
  forget: "DELETE FROM log WHERE seq = ?",
  unwant: "DELETE FROM pending WHERE seq = ? AND grp IN (SELECT id FROM groups WHERE channel = ?)",
} as const;

export class Sweeper {
  readonly #sql: Prepared<typeof statements>;
  readonly #commits: Commits;
  readonly #db: DatabaseSync;
  readonly #graveyard: Graveyard;
  readonly #rule: Retention;
  readonly #dropped: (channel: number) => void;

  /** @param dropped told in the transaction that drops what groups of this channel have not done */
  constructor(
    db: DatabaseSync,
    commits: Commits,
    graveyard: Graveyard,
    { rule, dropped }: { rule: Retention; dropped(channel: number): void },
  ) {
    this.#db = db;
    this.#graveyard = graveyard;
    this.#dropped = dropped;
    this.#sql = prepareAll(db, statements);
    this.#commits = commits;
    this.#rule = rule;
  }

  /** Ends early where the file is closed meanwhile. */
  async sweep(now: number): Promise<Swept> {
    const total = { dropped: 0, unread: 0, letters: 0 };
    for (const row of this.#sql.channels.all()) {
      await this.#channel(Number(row.id), Number(row.n), total, now);
    }
    const before = now - this.#rule.deadLetterDays * dayMs;
    total.letters = await this.#graveyard.expire(before, () => this.#db.isOpen);
    return total;
  }

  async #channel(id: number, count: number, total: Swept, now: number): Promise<void> {
    let held = count;
    let after = 0;
    while (this.#db.isOpen) {
      const from = after;
      const run = () => this.#batch(id, from, held, now);
      const gone = await committed(this.#commits, { rows: batch, durable: false, run });
      total.dropped += gone.dropped;
      total.unread += gone.unread;
      held -= gone.dropped;
      after = gone.to;
      if (gone.last) return;
    }
  }

  #batch(channel: number, after: number, held: number, now: number) {
    const rows = this.#sql.oldest.all(channel, after);
    const oldest = rows.map(
      (row): Kept => ({
        seq: Number(row.seq),
        time: Number(row.time),
        wanted: Number(row.wanted) === 1,
      }),
    );
    const { done, unread, last } = expired(oldest, held, this.#rule, now);
    for (const seq of [...done, ...unread]) this.#sql.forget.run(seq);
    for (const seq of unread) this.#sql.unwant.run(seq, channel);
    if (unread.length > 0) this.#dropped(channel);
    const dropped = done.length + unread.length;
    return { dropped, unread: unread.length, last, to: oldest.at(-1)?.seq ?? after };
  }
}
