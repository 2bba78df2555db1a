/** What was told and is not in the index yet, and since when. Pure: the time is an argument. */
export class Progress {
  /** When each change that is not in yet happened; whoever came first stands first. */
  readonly #pending = new Map<symbol, number>();

  /**
   * @param at when it happened, milliseconds since the epoch
   * @returns to be called when it is in, or given up
   */
  begin(at: number): () => void {
    const key = Symbol("change");
    this.#pending.set(key, at);
    return () => this.#pending.delete(key);
  }

  get pending(): number {
    return this.#pending.size;
  }

  /** How long ago the oldest of them happened, milliseconds; 0 without any. */
  lagMs(now: number): number {
    const oldest = Math.min(...this.#pending.values());
    return Number.isFinite(oldest) ? Math.max(0, now - oldest) : 0;
  }
}
