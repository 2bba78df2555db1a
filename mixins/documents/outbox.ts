/**
 * Sends what was written into the outboxes of documents, then clears it: in batches, in the
 * background. What a crash or a silent channel left behind is found by the sweep. A message may
 * thus be sent twice; its id, fixed when it was written, tells.
 */
import { clock } from "../../services/shared/clock.ts";
import type { Outgoing, Stored } from "./collection.ts";
import { type Engine, ever } from "./engine.ts";
import { sendBatch, type Telling } from "./outbox-batch.ts";
import { Pace } from "./outbox-pace.ts";
import { Refused } from "./outbox-refused.ts";

export interface OutboxOptions<D extends Stored> {
  engine: Engine<D>;
  /** Resolves once the channel has stored the message. */
  send(outgoing: Outgoing): Promise<void>;
  failed(error: unknown): void;
  /** Between sweeps, milliseconds. */
  sweepMs?: number;
}

const batchSize = 100;
/** So many batches in a row of which nothing was taken: the channel is silent. */
const mostFruitless = 5;
/** One of so many sweeps takes all: what is dated ahead of a clock that was set back, too. */
const fullSweep = 20;
/** Beyond this the sweep will find them: memory does not grow with a channel's silence. */
const mostWaiting = 20_000;

export class Outbox<D extends Stored> {
  readonly #options: OutboxOptions<D>;
  #waiting: Telling[] = [];
  #running: Promise<boolean> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #missed = false;
  #isHalted = false;
  readonly #refused = new Refused();
  readonly #pace = new Pace();

  constructor(options: OutboxOptions<D>) {
    this.#options = options;
  }

  /** Sends what was left behind, and from now on looks again from time to time. */
  async start(): Promise<void> {
    await this.sweep(0);
    let sweeps = 0;
    const again = () => void this.sweep(++sweeps % fullSweep === 0 ? 0 : 10_000);
    this.#timer = setInterval(again, this.#options.sweepMs ?? 30_000);
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
    this.#pace.added();
    for (const { id, outbox } of docs) this.#waiting.push({ id, outbox });
    this.#run();
  }

  /**
   * Sends everything that was written so many milliseconds ago and is still there, or whenever for 0:
   * first what stands behind the messages that were refused, then these once more.
   */
  async sweep(olderThanMs: number): Promise<void> {
    const before = olderThanMs > 0 ? new Date(clock.now() - olderThanMs).toISOString() : ever;
    this.#missed = false;
    let isRepeated = this.#refused.areNone;
    try {
      while (!this.#stopped) {
        // Others came in between: what is left is looked for again behind them.
        if (this.#waiting.length > 0) this.#missed = true;
        if (this.#missed) return;
        const docs = await this.#refused.behind(this.#options.engine, before);
        if (docs.length > 0) {
          this.add(docs);
          await this.idle();
          if (this.#isHalted) return;
          continue;
        }
        this.#refused.forget();
        if (isRepeated) return;
        isRepeated = true;
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
    this.#isHalted = false;
    this.#running = this.#drain().catch((error) => {
      this.#halt();
      this.#options.failed(error);
      return false;
    });
    void this.#running.finally(() => {
      this.#running = undefined;
      if (this.#missed) void this.sweep(0);
      this.#run();
    });
  }

  /** What waits stays in its documents, until the next sweep. */
  #halt(): void {
    this.#waiting = [];
    this.#isHalted = true;
  }

  async #drain(): Promise<boolean> {
    const { engine, send, failed } = this.#options;
    const [waiting, isStopped] = [() => this.#waiting.length, () => this.#stopped];
    let [fine, fruitless] = [true, 0];
    while (this.#waiting.length > 0 && !this.#stopped) {
      await this.#pace.next(waiting, isStopped);
      const { sent, refused, error } = await sendBatch(this.#waiting.splice(0, batchSize), send);
      if (sent.size > 0) await engine.clear(sent);
      if (refused.size === 0) continue;
      fine = false;
      fruitless = sent.size > 0 ? 0 : fruitless + 1;
      this.#refused.add(refused);
      // Said once of those that all come to nothing.
      if (fruitless <= 1) failed(error);
      if (fruitless === mostFruitless) this.#halt();
    }
    return fine;
  }
}
