import { hash, randomUUIDv7 } from "node:crypto";

/**
 * A new id: UUIDv7 (RFC 9562, 5.7), so that ids made in a later millisecond sort later. Its time is
 * the machine's: it orders, it does not tell the time.
 */
export const newId = (): string => randomUUIDv7();

/**
 * An id derived from a name (UUIDv5, RFC 9562, 5.5): the same name gives the same id on every
 * machine and in every run.
 *
 * @param namespace a UUID that says what kind of thing is named
 */
export function idFromName(namespace: string, name: string): string {
  const within = Buffer.from(namespace.replaceAll("-", ""), "hex");
  const hex = hash("sha1", Buffer.concat([within, Buffer.from(name)]));
  // The version stands for four bits of the hash, the variant for two.
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0b0011) | 0b1000).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
