/** Asking for many at a time, and for fewer where the answer would be too long for the wire. */
import { isProblem } from "../../services/shared/problem.ts";
import { PacketTooLarge } from "./packets.ts";

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
