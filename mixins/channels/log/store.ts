/** The log's file with everything that reads and writes it; lives in the log's own thread. */
import type { DatabaseSync } from "node:sqlite";
import { Commits, committed } from "./commits.ts";
import { Graveyard } from "./graveyard.ts";
import { Intake } from "./intake.ts";
import { Ledger } from "./ledger.ts";
import type { Cycle, GroupRow, Methods, Stored, StoreSettings, Taken } from "./protocol.ts";
import { openDatabase } from "./schema.ts";
import { type Prepared, prepareAll } from "./sql.ts";
import { Sweeper } from "./sweeper.ts";

const statements = {
  channel: `INSERT INTO channels (name) VALUES (?)
    ON CONFLICT DO UPDATE SET name = excluded.name RETURNING id`,
  append: `INSERT INTO log (channel, id, key, time, not_before, headers, body)
    VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  enter: `INSERT INTO groups (channel, name) VALUES (?, ?)
    ON CONFLICT DO UPDATE SET name = excluded.name RETURNING id`,
  // Counts what is unread: about 15 ms for a million.
  stats: `SELECT g.name AS "group", c.name AS channel,
      (SELECT count(*) FROM log WHERE log.channel = g.channel AND log.seq > g.floor)
        + (SELECT count(*) FROM pending p WHERE p.grp = g.id) AS lag,
      (SELECT count(*) FROM deadletters d WHERE d.grp = g.id) AS deadLetters
    FROM groups g JOIN channels c ON c.id = g.channel ORDER BY c.name, g.name`,
  find: `SELECT g.id FROM groups g JOIN channels c ON c.id = g.channel
    WHERE c.name = ? AND g.name = ?`,
  dropPending: "DELETE FROM pending WHERE grp = ?",
  drop: "DELETE FROM groups WHERE id = ?",
} as const;

type Answering = {
  [M in keyof Methods]: (
    ...args: Parameters<Methods[M]>
  ) => ReturnType<Methods[M]> | Promise<ReturnType<Methods[M]>>;
};

/** Rows that a cycle writes, about. */
const cycleRows = 100;

export class Store implements Answering {
  readonly #db: DatabaseSync;
  readonly #sql: Prepared<typeof statements>;
  readonly #commits: Commits;
  readonly #graveyard: Graveyard;
  readonly #sweeper: Sweeper;
  readonly #channels = new Map<string, number>();
  readonly #groups = new Map<number, { ledger: Ledger; intake: Intake }>();

  /** @throws ChannelError LOG_UNAVAILABLE, LOG_TOO_NEW */
  constructor({ path, retention }: StoreSettings) {
    this.#db = openDatabase(path);
    this.#sql = prepareAll(this.#db, statements);
    this.#commits = new Commits(this.#db, path);
    this.#graveyard = new Graveyard(this.#db, this.#commits);
    this.#sweeper = new Sweeper(this.#db, this.#commits, this.#graveyard, {
      rule: retention,
      dropped: (channel) => this.#dropped(channel),
    });
  }

  open(): void {}

  async append(messages: readonly Stored[], now: number): Promise<number[]> {
    const channels = messages.map(([channel]) => this.#channel(channel));
    const bytes = messages.reduce((sum, message) => sum + message[5].length, 0);
    const run = () => {
      const known: number[] = [];
      messages.forEach(([, id, key, notBefore, note, body], at) => {
        const channel = channels[at] ?? 0;
        const { changes } = this.#sql.append.run(channel, id, key, now, notBefore, note, body);
        if (Number(changes) === 0) known.push(at);
      });
      return known;
    };
    return await committed(this.#commits, { rows: messages.length, bytes, durable: true, run });
  }

  async enter(channel: string, group: string, inHand: readonly number[], now: number) {
    const number = this.#channel(channel);
    const run = () => {
      const id = Number(this.#sql.enter.get(number, group)?.id);
      const ledger = new Ledger(this.#db, id, number);
      ledger.resume(now, inHand);
      this.#groups.set(id, { ledger, intake: new Intake(ledger, this.#graveyard) });
      return id;
    };
    return await committed(this.#commits, { rows: 1, durable: false, run });
  }

  async cycle({ group, ordered, written, room, now }: Cycle): Promise<Taken> {
    const known = this.#groups.get(group);
    if (!known) throw new Error(`the group ${group} is not open`);
    const { intake, ledger } = known;
    const run = () => {
      intake.read(ordered);
      for (const it of written) intake.write(it);
      const taken = intake.take(now, room);
      return { ...taken, due: ledger.nextDue() };
    };
    try {
      return await committed(this.#commits, { rows: cycleRows, durable: false, run });
    } catch (error) {
      intake.forget();
      throw error;
    }
  }

  async drop(channel: string, group: string): Promise<void> {
    const found = this.#sql.find.get(channel, group);
    if (!found) return;
    const id = Number(found.id);
    this.#groups.delete(id);
    const run = () => {
      this.#sql.dropPending.run(id);
      this.#graveyard.forget(id);
      this.#sql.drop.run(id);
    };
    await committed(this.#commits, { rows: 1, durable: false, run });
  }

  stats = (): GroupRow[] => this.#sql.stats.all() as unknown as GroupRow[];

  letters: Answering["letters"] = (...page) => this.#graveyard.list(...page);

  countLetters: Answering["countLetters"] = (...filter) => this.#graveyard.count(...filter);

  redrive: Answering["redrive"] = (ids, now) => this.#graveyard.redrive(ids, now);

  sweep: Answering["sweep"] = (now) => this.#sweeper.sweep(now);

  close(): void {
    this.#commits.close();
  }

  #dropped(channel: number): void {
    for (const { ledger, intake } of this.#groups.values()) {
      if (ledger.channel === channel) intake.dropped();
    }
  }

  #channel(name: string): number {
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    const id = Number(this.#sql.channel.get(name)?.id);
    this.#channels.set(name, id);
    return id;
  }
}
