/** Waiting at start for a server that is away: ever longer between tries, and for ever. */
import { setTimeout } from "node:timers/promises";

const firstMs = 250;
const longestMs = 5_000;

/**
 * @param told is told of each try that failed, and when the next one is
 * @throws what waiting does not mend
 */
export async function untilThere(
  task: () => Promise<void>,
  { isAway, told }: { isAway(error: unknown): boolean; told(text: string): void },
): Promise<void> {
  for (let pauseMs = firstMs; ; pauseMs = Math.min(pauseMs * 2, longestMs)) {
    try {
      await task();
      return;
    } catch (error) {
      if (!isAway(error)) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      told(`${reason}; it is tried again in ${pauseMs / 1_000} s.`);
    }
    await setTimeout(pauseMs);
  }
}
