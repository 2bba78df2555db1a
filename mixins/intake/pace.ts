/** How fast bytes come: tells a server that hardly sends any from one that is slow. Pure. */
export interface Least {
  bytes: number;
  ms: number;
}

export class Pace {
  readonly #least: Least;
  readonly #now: () => number;
  #since: number;
  #bytes = 0;

  /** @param now monotonic, milliseconds */
  constructor(least: Least, now: () => number) {
    this.#least = least;
    this.#now = now;
    this.#since = now();
  }

  /** So many bytes more have come. Answers whether too few did in the time that is over. */
  isTooSlow(bytes: number): boolean {
    this.#bytes += bytes;
    const now = this.#now();
    if (now - this.#since < this.#least.ms) return false;
    const tooFew = this.#bytes < this.#least.bytes;
    this.#since = now;
    this.#bytes = 0;
    return tooFew;
  }
}
