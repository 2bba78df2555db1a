import { clock } from "../../../services/shared/clock.ts";

/** A clock may be set, a laptop may sleep: look again at least this often while something waits. */
const longestMs = 30_000;

/** The one timer of a group: fires when its next waiting message is due. Holds no process open. */
export class NextDue {
  readonly #fire: () => void;
  #timer: NodeJS.Timeout | undefined;
  #due = 0;

  constructor(fire: () => void) {
    this.#fire = fire;
  }

  /** @param due milliseconds since the epoch; 0 if nothing waits */
  set(due: number): void {
    if (due === this.#due && (due === 0 || this.#timer)) return;
    this.stop();
    if (due === 0) return;
    this.#due = due;
    const wait = Math.min(longestMs, Math.max(1, due - clock.now()));
    this.#timer = setTimeout(() => {
      this.stop();
      this.#fire();
    }, wait);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due = 0;
  }
}
