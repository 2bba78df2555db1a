import { type Backoff, defaultBackoff } from "../backoff.ts";
import { defaultRetention, type Retention } from "./retention.ts";

export interface LogAdapterOptions {
  /** The log's file; it and its folder are made where they are missing. */
  readonly path: string;
  /** Handlers that run at once per group: 16, where the subscription does not say. */
  readonly maxInFlight?: number;
  /** Tries after the first one: 8, where the subscription does not say. */
  readonly maxRetries?: number;
  readonly backoff?: Backoff;
  /** Days, messages and unread messages kept: retention.ts. */
  readonly retention?: Retention;
  /** The largest message in bytes: 1 MiB, as in NATS. */
  readonly maxBytes?: number;
  /** How long a stopping service waits for its handlers: 10,000 ms. */
  readonly stopWithinMs?: number;
  /** Put before the names of channels; the namespace where it is not given. */
  readonly prefix?: string;
}

export type Settings = Required<Omit<LogAdapterOptions, "prefix">>;

export const defaults = {
  maxInFlight: 16,
  maxRetries: 8,
  backoff: defaultBackoff,
  retention: defaultRetention,
  maxBytes: 1024 * 1024,
  stopWithinMs: 10_000,
} as const;
