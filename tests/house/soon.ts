/** Waiting for what comes soon, and saying what came instead where it does not. */
import { setTimeout as wait } from "node:timers/promises";

const patienceMs = 20_000;

/** Asks again and again until the answer fits, and answers that; throws after so long. */
export async function soon<T>(
  ask: () => Promise<T> | T,
  fits: (answer: T) => boolean,
  withinMs = patienceMs,
): Promise<T> {
  for (const end = Date.now() + withinMs; ; ) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (Date.now() > end) throw new Error(`It never came; at last: ${JSON.stringify(answer)}`);
    await wait(10);
  }
}

/** Waits until it is so; throws after so long, and says what did not come. */
export async function until(
  isSo: () => Promise<boolean> | boolean,
  what = "it",
  withinMs = patienceMs,
): Promise<void> {
  for (const end = Date.now() + withinMs; !(await isSo()); await wait(10)) {
    if (Date.now() > end) throw new Error(`It never came: ${what}.`);
  }
}
