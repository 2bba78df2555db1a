import type { NatsConnection } from "nats";
import type { Patience } from "../../cluster/nats-connect.ts";
import { type Backoff, defaultBackoff } from "../backoff.ts";
import type { SubscriptionOptions } from "../port.ts";

export interface JetStreamOptions {
  /** Opens the connection, however long it takes; it reconnects for ever by itself. */
  connect(patience: Patience): Promise<NatsConnection>;
  /** What all streams begin with; the prefix where it is not given. */
  readonly space?: string;
  /** Put before the names of channels; the namespace where it is not given. */
  readonly prefix?: string;
  /** Names of channels whose streams are declared at the start; others when they are first used. */
  readonly channels?: readonly string[];
  /** Handlers that run at once per subscription: 16, where it does not say. */
  readonly maxInFlight?: number;
  /** Tries after the first one: 8, where the subscription does not say. */
  readonly maxRetries?: number;
  readonly backoff?: Backoff;
  /** Copies of every stream in a cluster: 1. */
  readonly replicas?: number;
  /** Days a message is kept for groups that come later, handled or not: 7. */
  readonly days?: number;
  /** Days a dead letter is kept: 0 is for ever. */
  readonly deadLetterDays?: number;
  /** The largest message in bytes: 1 MiB, or less where the server takes less. */
  readonly maxBytes?: number;
  /** How long a sender waits for the server's word that a message is stored: 5,000 ms. */
  readonly timeoutMs?: number;
  /** A message in hand of which nothing was heard for so long goes to another: 30,000 ms. */
  readonly ackWaitMs?: number;
  /** A partition of an ordered group whose reader is silent for so long gets another: 15,000 ms. */
  readonly leaseMs?: number;
  /** How long a stopping service waits for its handlers: 10,000 ms. */
  readonly stopWithinMs?: number;
}

export type Settings = Required<
  Omit<JetStreamOptions, "prefix" | "space" | "channels" | "connect">
>;

export const defaults: Settings = {
  maxInFlight: 16,
  maxRetries: 8,
  backoff: defaultBackoff,
  replicas: 1,
  days: 7,
  deadLetterDays: 0,
  maxBytes: 1024 * 1024,
  timeoutMs: 5_000,
  ackWaitMs: 30_000,
  leaseMs: 15_000,
  stopWithinMs: 10_000,
};

/** Where a group that is new begins: at the oldest message that is kept, unless told. */
export type Beginning = { readonly sequence: number } | { readonly time: string };

/** What a subscription may say beside what every adapter understands. */
export interface JetStreamSubscription extends SubscriptionOptions {
  /** Of the stream, or ISO 8601. Where the group is known its position stays. */
  readonly from?: Beginning;
}
