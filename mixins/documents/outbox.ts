/**
 * Sends what was written into the outboxes of documents, then clears it: in batches, in the
 * background. What a crash or a silent channel left behind is found by the sweep. A message may
 * thus be sent twice; its id, fixed when it was written, tells.
 */
import { setImmediate, setTimeout } from "node:timers/promises";
import { clock } from "../../services/shared/clock.ts";
import type { Outgoing, Stored } from "./collection.ts";
import type { Engine } from "./engine.ts";

export interface OutboxOptions<D extends Stored> {
  engine: Engine<D>;
  /** Resolves once the channel has stored the message. */
  send(outgoing: Outgoing): Promise<void>;
  failed(error: unknown): void;
  /** Between sweeps, milliseconds. */
  sweepMs?: number;
}

const batchSize = 100;
/** So many waiting, and more coming, is a bulk load. */
const bulk = 1_000;
const pauseMs = 250;
/** So long a bulk load has the house for itself; then its messages trickle between its writes. */
const patienceMs = 5_000;
/** Beyond this the sweep will find them: memory does not grow with a channel's silence. */
const mostWaiting = 20_000;

export class Outbox<D extends Stored> {
  readonly #options: OutboxOptions<D>;
  #waiting: Pick<D, "id" | "outbox">[] = [];
  #running: Promise<boolean> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #missed = false;
  #lastAdded = 0;
  /** When there was none last. */
  #calmAt = 0;

  constructor(options: OutboxOptions<D>) {
    this.#options = options;
  }

  /** Sends what was left behind, and from now on looks again from time to time. */
  async start(): Promise<void> {
    await this.sweep(0);
    this.#timer = setInterval(() => void this.sweep(10_000), this.#options.sweepMs ?? 30_000);
    this.#timer.unref();
  }

  /** Finishes what is under way; the rest stays in its documents. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Documents whose outbox was just written. */
  add(docs: readonly D[]): void {
    if (this.#waiting.length > mostWaiting) {
      this.#missed = true;
      return;
    }
    this.#lastAdded = performance.now();
    for (const { id, outbox } of docs) this.#waiting.push({ id, outbox });
    this.#run();
  }

  /** Sends everything that was written so many milliseconds ago and is still there. */
  async sweep(olderThanMs: number): Promise<void> {
    const before = new Date(clock.now() - olderThanMs).toISOString();
    this.#missed = false;
    try {
      while (!this.#stopped) {
        // Others came in between: what is left is looked for again behind them.
        if (this.#waiting.length > 0) this.#missed = true;
        if (this.#missed) return;
        const docs = await this.#options.engine.pending(before, 500);
        if (docs.length === 0) return;
        this.add(docs);
        if (!(await this.idle())) return;
      }
    } catch (error) {
      this.#options.failed(error);
    }
  }

  /** Resolves when nothing waits any more: true, or false when sending failed. */
  async idle(): Promise<boolean> {
    let fine = true;
    while (this.#running) fine = await this.#running;
    return fine;
  }

  #run(): void {
    if (this.#running || this.#stopped || this.#waiting.length === 0) return;
    this.#running = this.#drain().catch((error) => {
      this.#waiting = [];
      this.#options.failed(error);
      return false;
    });
    void this.#running.finally(() => {
      this.#running = undefined;
      if (this.#missed) void this.sweep(0);
      this.#run();
    });
  }

  /** A bulk load goes first: its messages can wait until it pauses. */
  async #giveWay(): Promise<void> {
    const since = (time: number) => performance.now() - time;
    const isBulk = () => this.#waiting.length > bulk && since(this.#lastAdded) < pauseMs;
    if (!isBulk()) this.#calmAt = performance.now();
    else
      do await setTimeout(pauseMs);
      while (isBulk() && since(this.#calmAt) < patienceMs && !this.#stopped);
    await setImmediate();
  }

  async #drain(): Promise<boolean> {
    let fine = true;
    while (this.#waiting.length > 0 && !this.#stopped) {
      await this.#giveWay();
      const batch = this.#waiting.splice(0, batchSize);
      if (!(await this.#sendAll(batch))) fine = false;
    }
    return fine;
  }

  /**
   * A message that the channel refuses stays in its document and holds up no other.
   * @returns whether all were sent
   * @throws when none was: the channel is silent
   */
  async #sendAll(docs: readonly Pick<D, "id" | "outbox">[]): Promise<boolean> {
    const all = docs.flatMap(({ id, outbox = [] }) => outbox.map((outgoing) => ({ id, outgoing })));
    const results = await Promise.allSettled(all.map((one) => this.#options.send(one.outgoing)));
    const sent = new Map<string, string[]>();
    const errors: unknown[] = [];
    for (const [i, { id, outgoing }] of all.entries()) {
      const result = results[i];
      if (result?.status === "rejected") errors.push(result.reason);
      else sent.set(id, [...(sent.get(id) ?? []), outgoing.message.id]);
    }
    if (sent.size === 0 && errors.length > 0) throw errors[0];
    await this.#options.engine.clear(sent);
    if (errors.length > 0) this.#options.failed(errors[0]);
    return errors.length === 0;
  }
}
