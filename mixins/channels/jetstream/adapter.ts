/**
 * The channels of a house on NATS JetStream: an adapter for @moleculer/channels. A channel is a
 * stream, a group one durable pull consumer (eight, one for each partition of keys, where it is
 * ordered); both are declared at the start. A message is taken when JetStream has stored it, given
 * to every group at least once, tried again with growing waits, and becomes a dead letter when its
 * tries are used up or its handler throws something marked `permanent: true`.
 *
 * Subscriptions may say `group`, `maxInFlight`, `maxRetries`, `ordered` (port.ts) and `from`
 * (options.ts). Dead letters are always kept. Needs a server of 2.10 or later.
 */
import channels from "@moleculer/channels";
import type { Service } from "moleculer";
import type { ChannelAdmin, DeadLetters, GroupStats, Receipt, Swept } from "../port.ts";
import { type Assembly, assemble } from "./assembly.ts";
import { defaults, type JetStreamOptions, type Settings } from "./options.ts";
import { OrderedReader } from "./ordered/reader.ts";
import type { GroupReader } from "./parts.ts";
import { SharedReader } from "./reader.ts";
import { type Subscription, subscriberOf } from "./subscriber.ts";

export class JetStreamAdapter extends channels.Adapters.Base implements ChannelAdmin {
  readonly #options: JetStreamOptions;
  readonly #settings: Settings;
  readonly #readers = new Map<string, { chan: Subscription; reader: GroupReader }>();
  #opened: Assembly | undefined;

  constructor(options: JetStreamOptions) {
    super({ ...defaults, ...options });
    this.#options = options;
    this.#settings = { ...defaults, ...options };
  }

  get deadletters(): DeadLetters {
    return this.#open().letters;
  }

  override async connect(): Promise<void> {
    if (this.#opened?.connection.isClosed) this.#opened = undefined;
    const { streams, mover } = this.#open();
    const { channels: names = [] } = this.#options;
    await streams.declare(names.map((name) => this.addPrefixTopic(name)));
    await mover.start();
    this.connected = true;
  }

  override async disconnect(): Promise<void> {
    this.connected = false;
    await this.#opened?.mover.stop();
    await this.#opened?.connection.close();
  }

  /**
   * Stores one message, or an array of them in order; resolves when JetStream has stored them.
   *
   * @throws ChannelError INVALID_MESSAGE, MESSAGE_TOO_LARGE, CHANNELS_CLOSED; the problem
   *   CHANNELS_AWAY when the server does not say in time that it has them
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
    return await this.#open().sender.send(channel, payloads, headers);
  }

  override async subscribe(chan: Subscription, _service?: Service): Promise<void> {
    const parts = this.#open();
    const subscriber = subscriberOf(chan, this.#settings, this);
    const Reader = chan.ordered ? OrderedReader : SharedReader;
    const reader = new Reader(subscriber, parts);
    this.#readers.set(chan.id, { chan, reader });
    await reader.start();
  }

  /** Waits for the handlers that run, but not for ever: what they leave comes again. */
  override async unsubscribe(chan: Subscription): Promise<void> {
    const reader = this.#readers.get(chan.id)?.reader;
    if (chan.unsubscribing || !reader) return;
    chan.unsubscribing = true;
    const left = await reader.stop(this.#settings.stopWithinMs);
    this.#readers.delete(chan.id);
    if (left > 0) {
      this.logger.warn(
        `${left} handlers of '${chan.name}' in the group '${chan.group}' still run after ` +
          `${this.#settings.stopWithinMs} ms; their messages will be delivered again.`,
      );
    }
  }

  async stats(): Promise<GroupStats[]> {
    return await this.#open().groups.stats((channel, group) =>
      [...this.#readers.values()]
        .filter(({ chan }) => chan.name === channel && chan.group === group)
        .reduce((sum, { reader }) => sum + reader.running, 0),
    );
  }

  async dropGroup(channel: string, group: string): Promise<void> {
    await this.#open().groups.drop(channel, group);
  }

  /** JetStream drops by itself what is too old. */
  async sweep(): Promise<Swept> {
    return { dropped: 0, unread: 0, letters: 0 };
  }

  /** Actors may send while they start, before the broker connects: it opens when needed. */
  #open(): Assembly {
    const prefix: string = this.opts.prefix ?? "";
    this.#opened ??= assemble(this.#options, this.#settings, prefix, () => this.logger);
    return this.#opened;
  }
}
