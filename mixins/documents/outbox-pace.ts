/** How an outbox gives way to a bulk load: its messages can wait until that pauses. */
import { setImmediate, setTimeout } from "node:timers/promises";

/** So many waiting, and more coming, is a bulk load. */
const bulk = 1_000;
const pauseMs = 250;
/** So long a bulk load has the house for itself; then its messages trickle between its writes. */
const patienceMs = 5_000;

const since = (time: number) => performance.now() - time;

export class Pace {
  #lastAdded = 0;
  /** When there was no bulk load last. */
  #calmAt = 0;

  added(): void {
    this.#lastAdded = performance.now();
  }

  /** Resolves when the next batch may go. */
  async next(waiting: () => number, isStopped: () => boolean): Promise<void> {
    const isBulk = () => waiting() > bulk && since(this.#lastAdded) < pauseMs;
    if (!isBulk()) this.#calmAt = performance.now();
    else
      do await setTimeout(pauseMs);
      while (isBulk() && since(this.#calmAt) < patienceMs && !isStopped());
    await setImmediate();
  }
}
