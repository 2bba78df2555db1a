/** As many at a time as the wire takes: for who asks for some of them, and for who answers with some. */
import { isProblem } from "../../services/shared/problem.ts";
import { mostPacketBytes, PacketTooLarge } from "./packets.ts";

/** What is around the items of an answer is far smaller than the rest. */
const mostItemsBytes = 0.8 * mostPacketBytes;

/** How many of the first items fit into one answer; one at least, so that whoever pages goes on. */
export function fitting(items: readonly object[]): number {
  let bytes = 0;
  const over = items.findIndex((item) => {
    bytes += Buffer.byteLength(JSON.stringify(item));
    return bytes > mostItemsBytes;
  });
  return over < 0 ? items.length : Math.max(over, 1);
}

/**
 * What all parts answer, one after the other.
 *
 * @param ask answers for some of them; asked for halves where that is too long
 * @throws what `ask` throws; PACKET_TOO_LARGE for a single one that is too long by itself
 */
export async function inParts<K, T>(
  keys: readonly K[],
  ask: (some: K[]) => Promise<readonly T[]>,
): Promise<T[]> {
  try {
    return [...(await ask([...keys]))];
  } catch (error) {
    if (!isProblem(error, PacketTooLarge) || keys.length < 2) throw error;
    const middle = Math.ceil(keys.length / 2);
    const first = await inParts(keys.slice(0, middle), ask);
    return [...first, ...(await inParts(keys.slice(middle), ask))];
  }
}
