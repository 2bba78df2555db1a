/**
 * The messages that a reader has in hand: known by their place, so that one which comes twice is
 * run once; kept alive on the server by `working` on a timer; remembered for a while when they are
 * done, since the server may not have heard so.
 */
import type { Connection } from "./connection.ts";
import type { Held } from "./handling.ts";
import { answers } from "./wire.ts";

const remembered = 10_000;
/** So often within the wait is it said that a message is still worked on. */
const times = 3;

export class Hand<H extends Held = Held> {
  readonly #connection: Connection;
  readonly #held = new Map<number, H>();
  #done = new Map<number, string>();
  #doneBefore = new Map<number, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: Connection, ackWaitMs: number) {
    this.#connection = connection;
    this.#timer = setInterval(() => this.#working(), ackWaitMs / times).unref();
  }

  get size(): number {
    return this.#held.size;
  }

  get all(): H[] {
    return [...this.#held.values()];
  }

  has(held: H): boolean {
    return this.#held.get(held.seq) === held;
  }

  /** True if it is new here; else it is in hand, or it was done and the server is told again. */
  take(held: H): boolean {
    const known = this.#held.get(held.seq);
    if (known?.time === held.time) {
      known.reply = held.reply;
      return false;
    }
    const done = this.#done.get(held.seq) ?? this.#doneBefore.get(held.seq);
    if (done === held.time) {
      this.#answer(held, answers.done);
      return false;
    }
    this.#held.set(held.seq, held);
    return true;
  }

  done(held: H): void {
    if (!this.drop(held)) return;
    this.#answer(held, answers.done);
    this.#done.set(held.seq, held.time);
    if (this.#done.size < remembered) return;
    this.#doneBefore = this.#done;
    this.#done = new Map();
  }

  /** Back to the server: at once, or after so many milliseconds. */
  giveBack(held: H, afterMs = 0): void {
    if (!this.drop(held)) return;
    this.#answer(held, afterMs > 0 ? answers.backIn(afterMs) : answers.back);
  }

  /** Without a word. @returns whether it was in hand */
  drop(held: H): boolean {
    return this.has(held) && this.#held.delete(held.seq);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #working(): void {
    for (const held of this.#held.values()) this.#answer(held, answers.working);
  }

  /** On a dead connection nothing is said, and the message comes again. */
  #answer({ reply }: Held, what: Uint8Array): void {
    try {
      this.#connection.up?.publish(reply, what);
    } catch {
      // It broke just now.
    }
  }
}
