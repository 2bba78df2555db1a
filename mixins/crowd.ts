/** So many tasks of one key at once, and no more: who asks for all there is leaves room for others. */
export class Crowd {
  readonly #most: number;
  readonly #counts = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** @param refused what to throw where there are as many already */
  async run<T>(key: string, task: () => Promise<T>, refused: () => Error): Promise<T> {
    const count = this.#counts.get(key) ?? 0;
    if (count >= this.#most) throw refused();
    this.#counts.set(key, count + 1);
    try {
      return await task();
    } finally {
      const left = (this.#counts.get(key) ?? 1) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    }
  }
}
