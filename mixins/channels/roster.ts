/** The consumer groups of a log: found by name, told of news, counted, dropped. */
import type { DatabaseSync } from "node:sqlite";
import { clock } from "../../services/shared/clock.ts";
import { type Commits, committed } from "./commits.ts";
import { ChannelError } from "./errors.ts";
import type { Graveyard } from "./graveyard.ts";
import { Group } from "./group.ts";
import { Intake } from "./intake.ts";
import { Ledger } from "./ledger.ts";
import type { GroupStats } from "./port.ts";
import { type Prepared, prepareAll } from "./sql.ts";

const statements = {
  enter: `INSERT INTO groups (channel, name) VALUES (?, ?)
    ON CONFLICT DO UPDATE SET name = excluded.name RETURNING id`,
  // Counts what is unread: about 15 ms for a million.
  stats: `SELECT g.id, g.name, c.name AS channel,
      (SELECT count(*) FROM log WHERE log.channel = g.channel AND log.seq > g.floor)
        + (SELECT count(*) FROM pending p WHERE p.grp = g.id) AS lag,
      (SELECT count(*) FROM deadletters d WHERE d.grp = g.id) AS dead
    FROM groups g JOIN channels c ON c.id = g.channel ORDER BY c.name, g.name`,
  find: `SELECT g.id FROM groups g JOIN channels c ON c.id = g.channel
    WHERE c.name = ? AND g.name = ?`,
  dropPending: "DELETE FROM pending WHERE grp = ?",
  drop: "DELETE FROM groups WHERE id = ?",
} as const;

export class Roster {
  readonly #db: DatabaseSync;
  readonly #commits: Commits;
  readonly #sql: Prepared<typeof statements>;
  readonly #groups = new Map<number, { channel: number; group: Group }>();

  constructor(db: DatabaseSync, commits: Commits) {
    this.#db = db;
    this.#commits = commits;
    this.#sql = prepareAll(db, statements);
  }

  /** The group of this name; a new one begins with the oldest message kept. */
  enter(channel: number, name: string, graveyard: Graveyard): Group {
    const id = Number(this.#sql.enter.get(channel, name)?.id);
    const known = this.#groups.get(id);
    if (known) return known.group;
    const ledger = new Ledger(this.#db, id, channel);
    ledger.resume(clock.now());
    const group = new Group(ledger, new Intake(ledger, graveyard), this.#commits);
    this.#groups.set(id, { channel, group });
    return group;
  }

  /** Something new is on this channel. */
  news(channel: number): void {
    for (const known of this.#groups.values()) {
      if (known.channel === channel) known.group.wake();
    }
  }

  wake(id: number): void {
    this.#groups.get(id)?.group.wake();
  }

  stats(): GroupStats[] {
    return this.#sql.stats.all().map((row) => ({
      channel: String(row.channel),
      group: String(row.name),
      lag: Number(row.lag),
      inFlight: this.#groups.get(Number(row.id))?.group.inFlight ?? 0,
      deadLetters: Number(row.dead),
    }));
  }

  /** @throws ChannelError GROUP_IN_USE while somebody reads for it */
  async drop(channel: string, name: string, graveyard: Graveyard): Promise<void> {
    const found = this.#sql.find.get(channel, name);
    if (!found) return;
    const id = Number(found.id);
    if (this.#groups.get(id)?.group.inUse) {
      throw new ChannelError(
        "GROUP_IN_USE",
        `The group '${name}' of the channel '${channel}' is being read by this node. ` +
          "Stop the service that reads it, then drop it.",
      );
    }
    this.#groups.delete(id);
    const run = () => {
      this.#sql.dropPending.run(id);
      graveyard.forget(id);
      this.#sql.drop.run(id);
    };
    await committed(this.#commits, { rows: 1, durable: false, run });
  }
}
