/**
 * The log of one file, as the node sees it: the file itself is in a thread of its own (thread.ts).
 * All adapters of a process that name the same file share one log, so that several nodes in one
 * process share its groups.
 */
import { resolve } from "node:path";
import { clock } from "../../../services/shared/clock.ts";
import type { Envelope } from "../envelope.ts";
import type { GroupStats, Receipt, Swept } from "../port.ts";
import { Appends } from "./appends.ts";
import type { Group } from "./group.ts";
import { Letters } from "./letters.ts";
import type { StoreSettings } from "./protocol.ts";
import { Roster } from "./roster.ts";
import { Thread } from "./thread.ts";

export class Log {
  static readonly #opened = new Map<string, Log>();
  readonly deadletters: Letters;
  readonly thread: Thread;
  readonly #path: string;
  readonly #roster: Roster;
  readonly #appends: Appends;
  #users = 1;

  private constructor(settings: StoreSettings) {
    this.#path = settings.path;
    this.thread = new Thread(settings);
    this.#roster = new Roster(this.thread);
    this.#appends = new Appends(this.thread, (channels) => this.#roster.news(channels));
    this.deadletters = new Letters(this.thread, (id) => this.#roster.wake(id));
  }

  /** The log of this file; the one that this process has already, if it has one. */
  static of({ path: file, ...settings }: StoreSettings): Log {
    const path = resolve(file);
    const opened = Log.#opened.get(path);
    if (opened) {
      opened.#users++;
      return opened;
    }
    const log = new Log({ path, ...settings });
    Log.#opened.set(path, log);
    return log;
  }

  /** @throws ChannelError LOG_UNAVAILABLE, LOG_TOO_NEW */
  async open(): Promise<void> {
    await this.thread.ask("open", () => []);
  }

  /** Closes the file when its last user has left; what waits to be written is written first. */
  async close(): Promise<void> {
    if (--this.#users > 0) return;
    Log.#opened.delete(this.#path);
    await this.thread.close();
  }

  /**
   * Stores messages in the order given; resolves when all of them are on disk. One whose id is
   * known to the channel is not stored again.
   *
   * @throws ChannelError LOG_UNAVAILABLE, CHANNELS_CLOSED; some may be stored then: send all again
   */
  async append(channel: string, messages: readonly Envelope[], note?: string): Promise<Receipt[]> {
    const known = await this.#appends.add(channel, messages, note ?? null);
    return messages.map(({ id }, at) => ({ id, duplicate: known[at] === true }));
  }

  group(channel: string, name: string): Group {
    return this.#roster.group(channel, name);
  }

  dropGroup(channel: string, name: string): Promise<void> {
    return this.#roster.drop(channel, name);
  }

  stats(): Promise<GroupStats[]> {
    return this.#roster.stats();
  }

  /** Drops what the retention no longer keeps. */
  async sweep(): Promise<Swept> {
    const swept = await this.thread.ask("sweep", () => [clock.now()]);
    // What stood behind the messages that went may be taken now.
    if (swept.unread > 0) this.#roster.wakeAll();
    return swept;
  }
}
