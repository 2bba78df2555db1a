/** What the parts of the adapter share. */
import type { Backoff } from "../backoff.ts";
import type { Failure } from "../failure.ts";
import type { Connection, Log } from "./connection.ts";
import type { Declarations } from "./declare.ts";
import type { Names } from "./names.ts";
import type { Beginning, Settings } from "./options.ts";
import type { Publisher } from "./publisher.ts";
import type { Streams } from "./streams.ts";
import type { TriesStore } from "./tries.ts";

export interface Parts {
  readonly names: Names;
  readonly settings: Settings;
  readonly connection: Connection;
  readonly publisher: Publisher;
  readonly streams: Streams;
  readonly declarations: Declarations;
  readonly tries: TriesStore;
  readonly log: () => Log;
}

/** A subscription, as far as readers must know it. */
export interface Subscriber {
  readonly channel: string;
  readonly group: string;
  readonly maxInFlight: number;
  readonly maxRetries: number;
  readonly backoff: Backoff;
  readonly from: Beginning | undefined;
  handle(message: unknown, raw: { headers: Record<string, unknown>; attempts: number }): unknown;
  /** Told of every failure: when it is tried again, in milliseconds, or that it is dead. */
  failed(seq: number, error: Failure, attempts: number, next: number | "dead"): void;
}

/** Takes messages of a group and has them handled, as many at once as it may. */
export interface GroupReader {
  /** Handlers running now. */
  readonly running: number;
  start(): Promise<void>;
  /** @returns how many handlers still run after `withinMs`; their messages come again */
  stop(withinMs: number): Promise<number>;
}
