/**
 * Shut until it is opened, once and for ever: whoever comes before waits, and is told so where that
 * takes too long.
 */
export class Latch {
  readonly #late: () => Error;
  readonly #opening = Promise.withResolvers<void>();
  #waiting: Promise<void> | undefined;
  #opened = false;

  readonly #mostMs: number;

  /** @param late what to say to who has waited so long */
  constructor(late: () => Error, mostMs = 10_000) {
    [this.#late, this.#mostMs] = [late, mostMs];
    // Nobody may be waiting.
    this.#opening.promise.catch(() => undefined);
  }

  get opened(): boolean {
    return this.#opened;
  }

  open(): void {
    this.#opened = true;
    this.#opening.resolve();
  }

  /** Resolves once it is open; undefined where it is. */
  wait(): Promise<void> | undefined {
    if (this.#opened) return undefined;
    this.#waiting ??= this.#bounded();
    return this.#waiting;
  }

  #bounded(): Promise<void> {
    const { promise, reject } = this.#opening;
    const timer = setTimeout(() => reject(this.#late()), this.#mostMs);
    return promise.finally(() => clearTimeout(timer));
  }
}
