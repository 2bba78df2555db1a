import type { Address } from "../../redis/address.ts";
import { type Backoff, defaultBackoff } from "../backoff.ts";

export interface RedisAdapterOptions {
  /** One server, or the sentinels that know it; it must keep what it is given. */
  readonly address: Address;
  /** Put before the keys of what is not a stream: houses that share a server have one each. */
  readonly house: string;
  /** Put before the names of channels; the namespace where it is not given. */
  readonly prefix?: string;
  /** Handlers that run at once per group and node: 16, where the subscription does not say. */
  readonly maxInFlight?: number;
  /** Tries after the first one: 8, where the subscription does not say. */
  readonly maxRetries?: number;
  readonly backoff?: Backoff;
  /** Days a message is kept, read or not, and its id recognised: 7. */
  readonly days?: number;
  /** Days a dead letter is kept, from its death: 90. */
  readonly deadLetterDays?: number;
  /** The largest message in bytes: 1 MiB, as in NATS. */
  readonly maxBytes?: number;
  /** How long a stopping service waits for its handlers: 10,000 ms. */
  readonly stopWithinMs?: number;
  /** What a node that is not heard of for so long had in hand comes again elsewhere: 30,000 ms. */
  readonly idleMs?: number;
  /** How often a node looks for what others left: 1,000 ms. */
  readonly claimMs?: number;
  /** What Redis does not answer within so long has failed: 5,000 ms. */
  readonly answerMs?: number;
}

export type Settings = Required<Omit<RedisAdapterOptions, "prefix">>;

export const defaults = {
  maxInFlight: 16,
  maxRetries: 8,
  backoff: defaultBackoff,
  days: 7,
  deadLetterDays: 90,
  maxBytes: 1024 * 1024,
  stopWithinMs: 10_000,
  idleMs: 30_000,
  claimMs: 1_000,
  answerMs: 5_000,
} as const;

export const dayMs = 86_400_000;
