import { randomFillSync } from "node:crypto";
import { v5, v7 } from "uuid";
import { clock } from "./clock.ts";

/** Chance by the block: a call for each id costs more than the id. */
const pool = Buffer.alloc(16 * 1_024);
let used = pool.length;
let last = { time: 0, seq: 0 };

/** A new id: UUIDv7 (RFC 9562, 5.7), so that ids made later in a process sort later. */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + 16);
  used += 16;
  const time = Math.max(clock.now(), last.time);
  // A counter within the millisecond (RFC 9562, 6.2, method 1), begun by chance in its lower half.
  last = { time, seq: time === last.time ? last.seq + 1 : random.readUInt32BE(0) >>> 2 };
  return v7({ random, msecs: last.time, seq: last.seq });
}

/**
 * An id derived from a name (UUIDv5, RFC 9562, 5.5): the same name gives the same id on every
 * machine and in every run.
 *
 * @param namespace a UUID that says what kind of thing is named
 */
export const idFromName = (namespace: string, name: string): string => v5(name, namespace);
