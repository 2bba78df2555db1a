/** How long to wait before a failed message is tried again. */
export interface Backoff {
  /** The longest wait after the first failure, in milliseconds. */
  readonly baseMs: number;
  /** What every further failure multiplies it by. */
  readonly factor: number;
  /** No wait is longer than this, in milliseconds. */
  readonly maxMs: number;
}

/** Eight tries more fit into about a quarter of an hour. */
export const defaultBackoff: Backoff = { baseMs: 250, factor: 4, maxMs: 5 * 60_000 };

/**
 * The wait before the next try: exponential with "equal jitter", that is half of the step is
 * certain and half of it is chance, so that messages which failed together do not return together
 * and none returns at once.
 * (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.)
 *
 * @param attempts how often it has failed: 1 after the first failure
 * @param random chance in [0, 1)
 * @returns milliseconds, whole
 */
export const backoffMs = (attempts: number, rule: Backoff, random: number): number => {
  const step = Math.min(rule.maxMs, rule.baseMs * rule.factor ** Math.max(0, attempts - 1));

  return Math.round(step / 2 + (step / 2) * random);
};
