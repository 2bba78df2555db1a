/** A body that is given up when nothing comes while somebody wants to read on. */
import { Readable } from "node:stream";

/**
 * @param ms the longest wait for a piece; a reader who is slow is waited for as long as it takes
 * @param told what is thrown in place of a failure of the source; of a silence without a cause
 */
export function patiently(
  source: Readable,
  ms: number,
  told: (cause?: unknown) => Error,
): Readable {
  async function* pieces() {
    let late: NodeJS.Timeout | undefined;
    let isLate = false;
    const wait = () => {
      late = setTimeout(() => {
        isLate = true;
        source.destroy(new Error("silent"));
      }, ms);
    };
    try {
      wait();
      for await (const piece of source) {
        clearTimeout(late);
        yield piece;
        wait();
      }
    } catch (cause) {
      throw isLate ? told() : told(cause);
    } finally {
      clearTimeout(late);
    }
  }
  const read = Readable.from(pieces(), { objectMode: false });
  return read.once("close", () => source.destroy());
}
