import type { ByteRange } from "../objects/port.ts";
import { RangeRefused } from "./refusals.ts";

/**
 * One range of bytes (RFC 9110, 14.2); other units and several ranges are not taken up.
 *
 * @param size of all, bytes
 * @throws RANGE_REFUSED for a range behind the end
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | undefined {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (from === undefined || to === undefined || (from === "" && to === "")) return undefined;
  if (from === "") {
    // The last so many bytes.
    if (to === "0" || size === 0) throw RangeRefused({ size });
    return { start: Math.max(0, size - Number(to)) };
  }
  const start = Number(from);
  const end = to === "" ? undefined : Number(to);
  if (end !== undefined && end < start) return undefined;
  if (start >= size) throw RangeRefused({ size });
  return end === undefined ? { start } : { start, end };
}
