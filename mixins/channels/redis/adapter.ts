/**
 * Channels on Redis Streams: the adapter of @moleculer/channels reads the streams, and around it
 * stands what it lacks (docs/decisions/0009): ids known again, growing waits, dead letters with
 * their reason, handlers that take their time, stops that lose nothing, order per key.
 *
 * What Redis cannot promise, beside the log and JetStream:
 * - what it acknowledged survives its crash as far as its `appendfsync` goes: `everysec` loses a
 *   second. Without an append-only file, or where it may evict, the node does not start;
 * - a message is dropped when its days are over, whether all groups have read it or not;
 * - one node at a time reads for an ordered group, others stand by. A node that hangs for longer
 *   than `idleMs` and then goes on may still end a handler that was begun before;
 * - what a node had in hand when it was killed counts as tried, whether its handler ran or not.
 */
import channels from "@moleculer/channels";
import type { Redis } from "ioredis";
import { mustBeDurable } from "../../redis/durable.ts";
import type { ChannelAdmin, GroupStats, Receipt, Swept } from "../port.ts";
import { readerOf, type Subscription } from "../subscription.ts";
import { Line, listener } from "./connection.ts";
import type { StreamEntry } from "./entries.ts";
import { Following } from "./following.ts";
import { Groups } from "./groups.ts";
import { Letters } from "./letters.ts";
import { defaults, type RedisAdapterOptions, type Settings } from "./options.ts";
import { Sender } from "./sending.ts";

type Base = InstanceType<typeof channels.Adapters.Redis>;
type Options = { headers?: object } | null;
type Chan = Parameters<Base["subscribe"]>[0];

const sweepEveryMs = 60_000;

export class RedisAdapter extends channels.Adapters.Redis implements ChannelAdmin {
  readonly #settings: Settings;
  readonly #following = new Map<string, Following>();
  readonly #line: Line;
  readonly #sender: Sender;
  readonly #groups: Groups;
  readonly deadletters: Letters;
  #sweeping: NodeJS.Timeout | undefined;

  constructor(options: RedisAdapterOptions) {
    const settings = { ...defaults, ...options };
    // Tries and dead letters are counted here, not there.
    const { idleMs: minIdleTime, claimMs: claimInterval } = settings;
    const consumerOptions = { startID: "0", minIdleTime, claimInterval };
    super({ ...settings, redis: { consumerOptions } });
    this.#settings = settings;
    this.#line = new Line(settings, this.#failed("own"));
    this.#sender = new Sender(this.#line, settings);
    this.#groups = new Groups(this.#line, () => [...this.#following.values()]);
    this.deadletters = new Letters(this.#line);
  }

  override async connect(): Promise<void> {
    this.stopping = false;
    this.#line.open();
    await mustBeDurable(await this.#line.opened());
    await super.connect();
    this.#sweeping = setInterval(() => void this.#sweepAndTell(), sweepEveryMs).unref();
  }

  override async disconnect(): Promise<void> {
    clearInterval(this.#sweeping);
    if (this.connected) await super.disconnect();
    this.#line.close();
  }

  /** For reading and claiming, as the package does. */
  override async createRedisClient(name: string): Promise<Redis> {
    return listener(this.#settings, this.#failed(name));
  }

  /**
   * Stores one message, or an array of them in order; resolves when Redis has them.
   *
   * @throws ChannelError INVALID_MESSAGE, MESSAGE_TOO_LARGE, LOG_UNAVAILABLE, CHANNELS_CLOSED
   */
  override async publish(channel: string, payload: unknown, opts?: Options): Promise<void> {
    await this.send(channel, Array.isArray(payload) ? payload : [payload], opts?.headers);
  }

  /** As `publish`, and says of each message whether its id was there already. */
  send(channel: string, payloads: readonly unknown[], headers?: object): Promise<Receipt[]> {
    return this.#sender.send(channel, payloads, headers);
  }

  override async subscribe(chan: Chan & Subscription): Promise<void> {
    const reader = readerOf(chan, this.#settings, this);
    const settings = { ...this.#settings, failed: this.#failed(chan.id) };
    const following = new Following(chan, reader, this.#line, settings);
    this.#following.set(chan.id, following);
    await this.#groups.enter(chan.name, chan.group);
    // The package would count deliveries as tries, and those of the last try as dead.
    Object.assign(chan, { maxInFlight: Number.MAX_SAFE_INTEGER, maxRetries: Infinity });
    await super.subscribe(chan);
    await following.start();
  }

  /** Waits for the handlers that run, but not for ever: what they leave comes again. */
  override async unsubscribe(chan: Chan): Promise<void> {
    const following = this.#following.get(chan.id);
    if (chan.unsubscribing || !following) return;
    chan.unsubscribing = true;
    this.clients.get(chan.id)?.disconnect();
    this.clients.delete(chan.id);
    const left = await following.stop(this.#settings.stopWithinMs);
    this.#following.delete(chan.id);
    this.stopChannelActiveMessages(chan.id);
    if (left > 0) {
      this.logger.warn(`${left} handlers of '${chan.name}' still run; their messages come again.`);
    }
  }

  /** What the package reads or claims comes here. */
  override async processMessage(chan: Chan, [[from, entries]]: [unknown[]]): Promise<void> {
    const isClaimed = String(from) !== chan.name;
    await this.#following.get(chan.id)?.deliver(entries as StreamEntry[], isClaimed);
  }

  /** The package asks for what this leaves of the most it may have. */
  override getNumberOfChannelActiveMessages(id: string): number {
    return Number.MAX_SAFE_INTEGER - (this.#following.get(id)?.room ?? 0);
  }

  stats(): Promise<GroupStats[]> {
    return this.#groups.stats();
  }

  dropGroup(channel: string, group: string): Promise<void> {
    return this.#groups.drop(channel, group);
  }

  async sweep(): Promise<Swept> {
    const dropped = await this.#groups.trim(this.#settings.days);
    const letters = await this.deadletters.expire(this.#settings.deadLetterDays);
    return { dropped, unread: 0, letters };
  }

  #failed = (what: string) => (error: unknown) =>
    void this.logger.warn(`The channels' Redis (${what}):`, error);

  async #sweepAndTell(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.logger.warn("The retention of the channels could not be applied:", error);
    }
  }
}
