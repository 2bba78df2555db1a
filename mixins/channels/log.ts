/**
 * The log of one file, with everything that reads and writes it. All adapters of a process that
 * name the same file share one log, so that several nodes in one process share its groups.
 */
import { resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { clock } from "../../services/shared/clock.ts";
import { Commits, committed } from "./commits.ts";
import type { Envelope } from "./envelope.ts";
import { Graveyard } from "./graveyard.ts";
import type { Group } from "./group.ts";
import type { GroupStats, Receipt } from "./port.ts";
import type { Retention } from "./retention.ts";
import { Roster } from "./roster.ts";
import { openDatabase } from "./schema.ts";
import { type Prepared, prepareAll } from "./sql.ts";
import { Sweeper } from "./sweeper.ts";

/** Messages of one sending that share a transaction. */
const batch = 250;

const statements = {
  channel: `INSERT INTO channels (name) VALUES (?)
    ON CONFLICT DO UPDATE SET name = excluded.name RETURNING id`,
  append: `INSERT INTO log (channel, id, key, time, not_before, headers, body)
    VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
} as const;

export class Log {
  static readonly #opened = new Map<string, Log>();
  readonly deadletters: Graveyard;
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #sql: Prepared<typeof statements>;
  readonly #commits: Commits;
  readonly #roster: Roster;
  readonly #sweeper: Sweeper;
  readonly #channels = new Map<string, number>();
  #users = 1;

  private constructor(path: string, retention: Retention) {
    this.#path = path;
    this.#db = openDatabase(path);
    this.#sql = prepareAll(this.#db, statements);
    this.#commits = new Commits(this.#db, path);
    this.#roster = new Roster(this.#db, this.#commits);
    this.#sweeper = new Sweeper(this.#db, this.#commits, retention);
    this.deadletters = new Graveyard(this.#db, this.#commits, (id) => this.#roster.wake(id));
  }

  /**
   * Opens the file, or shares the log if this process has it open already.
   *
   * @throws ChannelError LOG_UNAVAILABLE, LOG_TOO_NEW
   */
  static open(file: string, retention: Retention): Log {
    const path = resolve(file);
    const opened = Log.#opened.get(path);
    if (opened) {
      opened.#users++;
      return opened;
    }
    const log = new Log(path, retention);
    Log.#opened.set(path, log);
    return log;
  }

  /** Closes the file when its last user has left; what waits to be written is written first. */
  close(): void {
    if (--this.#users > 0) return;
    Log.#opened.delete(this.#path);
    this.#commits.close();
  }

  /**
   * Stores messages in the order given; resolves when all of them are on disk. One whose id is
   * known to the channel is not stored again.
   *
   * @throws ChannelError LOG_UNAVAILABLE, CHANNELS_CLOSED; some may be stored then: send all again
   */
  async append(channel: string, messages: readonly Envelope[], note?: string): Promise<Receipt[]> {
    const id = this.#channel(channel);
    const parts: Promise<Receipt[]>[] = [];
    for (let at = 0; at < messages.length; at += batch) {
      parts.push(this.#store(id, messages.slice(at, at + batch), note ?? null));
    }
    const receipts = (await Promise.all(parts)).flat();
    this.#roster.news(id);
    return receipts;
  }

  group(channel: string, name: string): Group {
    return this.#roster.enter(this.#channel(channel), name, this.deadletters);
  }

  dropGroup(channel: string, name: string): Promise<void> {
    return this.#roster.drop(channel, name, this.deadletters);
  }

  stats(): GroupStats[] {
    return this.#roster.stats();
  }

  /** Drops what the retention no longer keeps. */
  sweep(): Promise<{ dropped: number; unread: number }> {
    return this.#sweeper.sweep(() => this.#db.isOpen);
  }

  #store(channel: number, messages: readonly Envelope[], note: string | null): Promise<Receipt[]> {
    return committed(this.#commits, {
      rows: messages.length,
      bytes: messages.reduce((sum, { body }) => sum + body.length, 0),
      durable: true,
      run: () => messages.map((message) => this.#insert(channel, message, note)),
    });
  }

  #insert(channel: number, { id, key, notBefore, body }: Envelope, note: string | null): Receipt {
    const { changes } = this.#sql.append.run(channel, id, key, clock.now(), notBefore, note, body);
    return { id, duplicate: Number(changes) === 0 };
  }

  #channel(name: string): number {
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    const id = Number(this.#sql.channel.get(name)?.id);
    this.#channels.set(name, id);
    return id;
  }
}
