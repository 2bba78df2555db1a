/** What every engine on a server does around its work: failures get their names, slowness is told. */
export interface Watching {
  /** Of the collection. */
  name: string;
  /** What takes longer is warned of, milliseconds. */
  slowMs: number;
  warn(text: string): void;
  /** The problem that an error is. */
  asProblem(error: unknown): unknown;
}

export type Run = <T>(what: string, task: () => Promise<T>) => Promise<T>;

/** Runs tasks. @throws the problem that their error is */
export const watched =
  ({ name, slowMs, warn, asProblem }: Watching): Run =>
  async (what, task) => {
    const began = performance.now();
    try {
      return await task();
    } catch (error) {
      throw asProblem(error);
    } finally {
      const tookMs = Math.round(performance.now() - began);
      if (tookMs >= slowMs) warn(`${name}: ${what} took ${tookMs} ms.`);
    }
  };
