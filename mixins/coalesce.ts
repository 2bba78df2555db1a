/**
 * Gathers items that come one by one and hands them on together: for readers of channels, who get
 * single messages and write best by the hundred.
 */
export class Coalescer<T> {
  readonly #flush: (items: readonly T[]) => Promise<void>;
  readonly #most: number;
  #gathered: { item: T; done: () => void; failed: (error: unknown) => void }[] = [];
  #running = false;

  /** @param most items handed on at once */
  constructor(flush: (items: readonly T[]) => Promise<void>, most = 500) {
    this.#flush = flush;
    this.#most = most;
  }

  /** Resolves when the batch that the item is in was handled; rejects when it was not. */
  add(item: T): Promise<void> {
    return new Promise((done, failed) => {
      this.#gathered.push({ item, done, failed });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#gathered.length > 0) {
      // Whoever comes in this turn of the loop comes along.
      await new Promise(setImmediate);
      const batch = this.#gathered.splice(0, this.#most);
      try {
        await this.#flush(batch.map(({ item }) => item));
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#running = false;
  }
}
