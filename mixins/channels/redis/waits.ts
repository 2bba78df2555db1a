/** Timers for messages that wait for their time or their next try. Hold no process open. */
import { clock } from "../../../services/shared/clock.ts";

/** A clock may be set, a laptop may sleep: look again at least this often. */
const longestMs = 30_000;

export class Waits {
  readonly #timers = new Set<NodeJS.Timeout>();

  /** @param due milliseconds since the epoch; what is due already goes at once */
  until(due: number, go: () => void): void {
    const wait = due - clock.now();
    if (wait <= 0) {
      go();
      return;
    }
    const look = () => {
      this.#timers.delete(timer);
      this.until(due, go);
    };
    const timer = setTimeout(look, Math.min(wait, longestMs)).unref();
    this.#timers.add(timer);
  }

  /** Nothing that waits goes any more. */
  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
