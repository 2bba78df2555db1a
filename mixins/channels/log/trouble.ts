/**
 * Tries again what failed, and tells of it: the first time, then now and then, and when it works
 * again.
 */
interface Tells {
  warn(...what: unknown[]): void;
  info(...what: unknown[]): void;
}

const againMs = 1_000;
/** Told once in so many failures: about once a minute. */
const every = 60;

export class Trouble {
  readonly #what: string;
  readonly #again: () => void;
  #failures = 0;
  /** Whoever is told; nobody until it is set. */
  logger: Tells | undefined;

  /** @param what fails, as the beginning of a sentence */
  constructor(what: string, again: () => void) {
    this.#what = what;
    this.#again = again;
  }

  /** Tried again after a moment; holds no process open. */
  failed(error: unknown): void {
    setTimeout(this.#again, againMs).unref();
    this.#failures++;
    if (this.#failures % every !== 1) return;
    this.logger?.warn(`${this.#what} failed (${this.#failures}x) and is tried again:`, error);
  }

  worked(): void {
    if (this.#failures === 0) return;
    this.logger?.info(`${this.#what} works again, after ${this.#failures} failures.`);
    this.#failures = 0;
  }
}
