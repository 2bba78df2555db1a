/**
 * The channels of a house in one process: an adapter for @moleculer/channels that keeps messages in
 * a log on disk, by a thread of its own. A message is taken when it is on disk (fsync), delivered to every group at least
 * once, tried again with growing waits, and becomes a dead letter when its tries are used up or its
 * handler throws something marked `permanent: true`. A restart forgets nothing: positions, tries
 * and what waits for its time are on disk too.
 *
 * Payloads are messages of services/shared/message.ts. Subscriptions may say `group`,
 * `maxInFlight`, `maxRetries` and `ordered` (port.ts). Dead letters are always kept, whatever
 * `deadLettering` says.
 */
import channels from "@moleculer/channels";
import type { Service } from "moleculer";
import { readEnvelope } from "../envelope.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelAdmin, DeadLetters, GroupStats, Receipt, Swept } from "../port.ts";
import { type Reader, readerOf, type Subscription } from "../subscription.ts";
import type { Group } from "./group.ts";
import { Log } from "./log.ts";
import { defaults, type LogAdapterOptions, type Settings } from "./options.ts";

const sweepEveryMs = 60_000;

export class LogAdapter extends channels.Adapters.Base implements ChannelAdmin {
  readonly #settings: Settings;
  readonly #subscriptions = new Map<string, { group: Group; reader: Reader }>();
  #log: Log | undefined;
  #closed = false;
  #sweeping: NodeJS.Timeout | undefined;

  constructor(options: LogAdapterOptions) {
    super({ ...defaults, ...options });
    this.#settings = { ...defaults, ...options };
  }

  get deadletters(): DeadLetters {
    return this.#open().deadletters;
  }

  override async connect(): Promise<void> {
    this.#closed = false;
    await this.#open().open();
    this.connected = true;
    this.#sweeping = setInterval(() => void this.#sweepAndTell(), sweepEveryMs).unref();
  }

  override async disconnect(): Promise<void> {
    clearInterval(this.#sweeping);
    this.#closed = true;
    this.connected = false;
    const log = this.#log;
    this.#log = undefined;
    await log?.close();
  }

  /**
   * Stores one message, or an array of them in order; resolves when they are on disk. What is sent
   * in the same turn of the event loop is stored together.
   *
   * @throws ChannelError INVALID_MESSAGE, MESSAGE_TOO_LARGE, LOG_UNAVAILABLE, CHANNELS_CLOSED
   */
  override async publish(
    channel: string,
    payload: unknown,
    opts?: { headers?: object } | null,
  ): Promise<void> {
    await this.send(channel, Array.isArray(payload) ? payload : [payload], opts?.headers);
  }

  /** As `publish`, and says of each message whether its id was there already. */
  async send(channel: string, payloads: readonly unknown[], headers?: object): Promise<Receipt[]> {
    const { maxBytes } = this.#settings;
    const messages = payloads.map((payload) => readEnvelope(channel, payload, maxBytes));
    const note = headers === undefined ? undefined : JSON.stringify(headers);

    return await this.#open().append(channel, messages, note);
  }

  override async subscribe(chan: Subscription, _service?: Service): Promise<void> {
    const group = this.#open().group(chan.name, chan.group);
    const reader = readerOf(chan, this.#settings, this);
    this.#subscriptions.set(chan.id, { group, reader });
    group.trouble.logger = this.logger;
    await group.join(reader);
  }

  /** Waits for the handlers that run, but not for ever: what they leave comes again. */
  override async unsubscribe(chan: Subscription): Promise<void> {
    const subscription = this.#subscriptions.get(chan.id);
    if (chan.unsubscribing || !subscription) return;
    chan.unsubscribing = true;
    this.#subscriptions.delete(chan.id);
    const { group, reader } = subscription;
    const left = await group.leave(reader, this.#settings.stopWithinMs);
    if (left > 0) {
      this.logger.warn(
        `${left} handlers of '${chan.name}' in the group '${chan.group}' still run after ` +
          `${this.#settings.stopWithinMs} ms; their messages will be delivered again.`,
      );
    }
  }

  async stats(): Promise<GroupStats[]> {
    return this.#open().stats();
  }

  async dropGroup(channel: string, group: string): Promise<void> {
    await this.#open().dropGroup(channel, group);
  }

  async sweep(): Promise<Swept> {
    return await this.#open().sweep();
  }

  /** Actors may send while they start, before the broker connects: the log opens when needed. */
  #open(): Log {
    if (this.#closed) {
      throw new ChannelError("CHANNELS_CLOSED", "The channels are closed: this node has stopped.");
    }
    const { path, retention } = this.#settings;
    this.#log ??= Log.of({ path, retention });
    return this.#log;
  }

  async #sweepAndTell(): Promise<void> {
    try {
      const { unread } = await this.sweep();
      if (unread > 0) {
        this.logger.warn(`The log was full: ${unread} messages went that a group had not done.`);
      }
    } catch (error) {
      this.logger.warn("The retention of the channels could not be applied:", error);
    }
  }
}
