/** How many handlers run, and when none does any more. */
export class Running {
  #count = 0;
  #idle: () => void = () => undefined;

  get count(): number {
    return this.#count;
  }

  begin(): void {
    this.#count++;
  }

  end(): void {
    this.#count--;
    if (this.#count === 0) this.#idle();
  }

  /** Resolves when none runs, or after `withinMs`. @returns how many still run */
  async over(withinMs: number): Promise<number> {
    if (this.#count === 0) return 0;
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, withinMs);
      this.#idle = () => {
        clearTimeout(late);
        resolve();
      };
    });
    return this.#count;
  }
}
