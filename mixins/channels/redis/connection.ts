/** What the channels ask of Redis, beside reading: at once or not at all (mixins/redis/client.ts). */
import { once } from "node:events";
import type { Redis } from "ioredis";
import type { Address } from "../../redis/address.ts";
import { openListener, openRedis } from "../../redis/client.ts";
import { ChannelError } from "../errors.ts";
import { type Keys, keysOf } from "./keys.ts";

export const unavailable = (cause: unknown): ChannelError => {
  if (cause instanceof ChannelError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ChannelError(
    "LOG_UNAVAILABLE",
    `The Redis of the channels cannot be used: ${why}. Nothing is known to be taken. Check that ` +
      "the server of REDIS_STORE_URL runs and may be reached, then send again.",
    cause,
  );
};

interface LineSettings {
  readonly address: Address;
  readonly house: string;
  readonly answerMs: number;
}

/** A script that touches several keys asks for one server: config refuses a cluster. */
const one = (client: unknown): Redis => client as Redis;

/** For reading: waits as long as it takes, also for a server that is away. */
export const listener = ({ address }: LineSettings, failed: (error: Error) => void): Redis => {
  const redis = one(openListener(address, { failed }));
  // A read that was cut off would never end: it is asked again.
  redis.options.autoResendUnfulfilledCommands = true;
  return redis;
};

/** The connection of a node for all but reading: made when it is needed first, until it is closed. */
export class Line {
  readonly keys: Keys;
  readonly #settings: LineSettings;
  readonly #failed: (error: Error) => void;
  #redis: Redis | undefined;
  #first: Promise<void> | undefined;
  #isClosed = false;

  constructor(settings: LineSettings, failed: (error: Error) => void) {
    this.keys = keysOf(settings.house);
    this.#settings = settings;
    this.#failed = failed;
  }

  /** @throws ChannelError CHANNELS_CLOSED */
  get redis(): Redis {
    if (this.#isClosed) {
      throw new ChannelError("CHANNELS_CLOSED", "The channels are closed: this node has stopped.");
    }
    const { address, answerMs } = this.#settings;
    this.#redis ??= one(openRedis(address, { answerMs, failed: this.#failed }));
    return this.#redis;
  }

  /**
   * Waits for the first connection; what is asked after it has gone again fails at once.
   *
   * @throws ChannelError LOG_UNAVAILABLE if it takes too long, CHANNELS_CLOSED
   */
  async opened(): Promise<Redis> {
    const { redis } = this;
    this.#first ??= this.#connected(redis);
    await this.#first;
    return redis;
  }

  open(): void {
    this.#isClosed = false;
  }

  close(): void {
    this.#isClosed = true;
    this.#redis?.disconnect();
    this.#redis = undefined;
    this.#first = undefined;
  }

  async #connected(redis: Redis): Promise<void> {
    const signal = AbortSignal.timeout(this.#settings.answerMs);
    try {
      if (redis.status !== "ready") await once(redis, "ready", { signal });
    } catch (cause) {
      this.#first = undefined;
      throw unavailable(signal.aborted ? "it does not answer" : cause);
    }
  }
}
