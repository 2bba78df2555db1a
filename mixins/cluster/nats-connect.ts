/** The first connection to NATS: tried until it stands; from then on the client itself reconnects. */
import { setTimeout as wait } from "node:timers/promises";
import { type ConnectionOptions, connect, type NatsConnection } from "nats";

export interface Patience {
  /** Told at every try that failed. */
  failed(reason: Error): void;
  /** Ends the trying: the promise then rejects. */
  signal?: AbortSignal;
  /** Milliseconds between two tries. */
  everyMs?: number;
}

/**
 * Connects, however long it takes.
 *
 * @throws only when `signal` is aborted, with its reason
 */
export async function connectForEver(
  options: ConnectionOptions,
  { failed, signal, everyMs = 1_000 }: Patience,
): Promise<NatsConnection> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await connect({ ...options, waitOnFirstConnect: false });
    } catch (error) {
      failed(error instanceof Error ? error : new Error(String(error)));
      await wait(everyMs, undefined, signal ? { signal } : {});
    }
  }
}
