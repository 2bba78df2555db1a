/**
 * The one connection of the channels: opened when first needed, reconnecting for ever, known to be
 * up or down. What was written to a dead connection is gone: who wrote it is told of the return.
 */
import { Events, type NatsConnection } from "nats";
import type { Patience } from "../../cluster/nats-connect.ts";
import { ChannelError } from "../errors.ts";
import { ChannelsAway, reasonOf } from "./away.ts";

const closeWithinMs = 2_000;
const tellEvery = 30;

/** A logger, as Moleculer has it. */
export interface Log {
  debug(...words: unknown[]): void;
  info(...words: unknown[]): void;
  error(...words: unknown[]): void;
  warn(...words: unknown[]): void;
}

export class Connection {
  readonly #connect: (patience: Patience) => Promise<NatsConnection>;
  readonly #log: () => Log;
  readonly #returned = new Set<() => void>();
  readonly #ending = new AbortController();
  #opening: Promise<NatsConnection> | undefined;
  #up: NatsConnection | undefined;
  #waiting: ((nc: NatsConnection) => void)[] = [];

  constructor(connect: (patience: Patience) => Promise<NatsConnection>, log: () => Log) {
    this.#connect = connect;
    this.#log = log;
  }

  /** The connection, once there was one; it may be down. */
  get(): Promise<NatsConnection> {
    if (this.#ending.signal.aborted) return Promise.reject(closed());
    this.#opening ??= this.#open();
    return this.#opening;
  }

  get isClosed(): boolean {
    return this.#ending.signal.aborted;
  }

  /** The connection if it is up now. */
  get up(): NatsConnection | undefined {
    return this.#up;
  }

  /**
   * The connection as soon as it is up.
   *
   * @throws ChannelsAway after `withinMs`
   */
  async ready(withinMs: number): Promise<NatsConnection> {
    if (this.#up) return this.#up;
    this.get().catch(() => undefined);
    if (this.#ending.signal.aborted) throw closed();
    return await new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting = this.#waiting.filter((it) => it !== there);
        reject(ChannelsAway({ reason: `NATS was not reached within ${withinMs} ms` }));
      }, withinMs);
      const there = (nc: NatsConnection) => {
        clearTimeout(late);
        resolve(nc);
      };
      this.#waiting.push(there);
    });
  }

  /** Calls `fn` whenever the connection is back. @returns what ends that */
  onReturn(fn: () => void): () => void {
    this.#returned.add(fn);
    return () => this.#returned.delete(fn);
  }

  /** What was written is sent before, if the server takes it. */
  async close(): Promise<void> {
    this.#ending.abort(closed());
    const nc = await this.#opening?.catch(() => undefined);
    if (!nc) return;
    if (this.#up) await within(closeWithinMs, nc.flush());
    this.#up = undefined;
    await within(closeWithinMs, nc.close());
  }

  async #open(): Promise<NatsConnection> {
    let failures = 0;
    const nc = await this.#connect({
      signal: this.#ending.signal,
      failed: (reason) => {
        if (failures++ % tellEvery > 0) return;
        this.#log().warn(`The channels wait for NATS, which does not answer: ${reason.message}`);
      },
    });
    void this.#watch(nc).catch((error) => this.#log().warn(reasonOf(error)));
    this.#isUp(nc);
    return nc;
  }

  #isUp(nc: NatsConnection): void {
    this.#up = nc;
    for (const tell of this.#waiting.splice(0)) tell(nc);
  }

  async #watch(nc: NatsConnection): Promise<void> {
    for await (const { type } of nc.status()) {
      if (type === Events.Disconnect) {
        this.#up = undefined;
        this.#log().warn("The channels have lost NATS and try to reach it again.");
      } else if (type === Events.Reconnect && !this.#ending.signal.aborted) {
        this.#isUp(nc);
        this.#log().info(`The channels are connected to NATS again: ${nc.getServer()}.`);
        for (const tell of [...this.#returned]) tell();
      }
    }
  }
}

const closed = () =>
  new ChannelError("CHANNELS_CLOSED", "The channels are closed: this node has stopped.");

/** Waits for it, but not for ever, and not for its success. */
export const within = async (ms: number, what: Promise<unknown>): Promise<void> => {
  let late: NodeJS.Timeout | undefined;
  const end = new Promise<void>((resolve) => {
    late = setTimeout(resolve, ms);
  });
  await Promise.race([what.catch(() => undefined), end]);
  clearTimeout(late);
};
