/**
 * What of a partition is in hand, and what of it may run. What is delivered to the only reader has
 * numbers without a gap; a gap tells that somebody else got something (a reader that ended without
 * a word). Then nothing more begins until all that the server waits for is in hand, and in order.
 */
import type { Hand } from "../hand.ts";
import type { Held } from "../handling.ts";
import { Order } from "./order.ts";

export interface Kept extends Held {
  readonly key: string;
  /** Running, or waiting until it is tried again. */
  busy?: boolean;
}

export class Lane {
  readonly #hand: Hand<Kept>;
  #order = new Order<Kept>();
  #nth = 0;
  #gathering = true;

  constructor(hand: Hand<Kept>) {
    this.#hand = hand;
  }

  /** True while something may be missing: see `gathered`. */
  get gathering(): boolean {
    return this.#gathering;
  }

  /**
   * @param nth the number of the last delivery, to whomever
   * @param pending how many messages are in some hand
   */
  begin(nth: number, pending: number): void {
    this.#nth = nth;
    this.#gathering = pending > 0;
  }

  add(kept: Kept): void {
    if (kept.nth !== this.#nth + 1) this.#gathering = true;
    this.#nth = kept.nth;
    if (this.#hand.take(kept) && !this.#gathering) this.#order.add(kept.key, kept);
  }

  /** @returns true if all that the server waits for is in hand now: then the order is known */
  gathered(pending: number): boolean {
    if (pending > this.#hand.size) return false;
    this.#gathering = false;
    this.#order = new Order();
    const all = this.#hand.all.toSorted((a, b) => a.seq - b.seq);
    // What runs or is to be tried again comes before the others of its key, wherever it was sent.
    for (const kept of [...all.filter((it) => it.busy), ...all.filter((it) => !it.busy)]) {
      this.#order.add(kept.key, kept);
    }
    return true;
  }

  /** The next one that may run. */
  take(): Kept | undefined {
    if (this.#gathering) return undefined;
    for (;;) {
      const kept = this.#order.take();
      if (!kept) return undefined;
      if (kept.busy || !this.#hand.has(kept)) continue;
      kept.busy = true;
      return kept;
    }
  }

  over(kept: Kept): void {
    this.#hand.done(kept);
    this.#order.over(kept.key);
  }

  again(kept: Kept): void {
    kept.busy = false;
    this.#order.again(kept);
  }
}
