import { InvalidRange } from "./errors.ts";
import type { ByteRange } from "./port.ts";

/**
 * The bytes that are meant by a range (RFC 9110, 14.1.2): both ends included, the last one cut to
 * the size. Without a range it is the whole object, which may be empty: then `end` is -1.
 *
 * @throws InvalidRange if it is turned round, begins behind the last byte or is no whole number
 */
export const resolveRange = (range: ByteRange, size: number): { start: number; end: number } => {
  const start = range.start ?? 0;
  const end = Math.min(range.end ?? size - 1, size - 1);
  if (range.start === undefined && range.end === undefined) return { start, end };
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (!whole || start < 0 || start >= size || end < start) throw new InvalidRange(range, size);

  return { start, end };
};
