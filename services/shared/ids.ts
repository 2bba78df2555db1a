import { createHash, randomUUIDv7 } from "node:crypto";

/** A new id: UUIDv7 (RFC 9562, 5.7), so that ids made later sort later. */
export const newId = (): string => randomUUIDv7();

/**
 * An id derived from a name: the same name gives the same id on every machine and in every run.
 * UUIDv5 (RFC 9562, 5.5): SHA-1 over namespace and name.
 *
 * @param namespace a UUID that says what kind of thing is named
 */
export function idFromName(namespace: string, name: string): string {
  const hash = createHash("sha1")
    .update(Buffer.from(namespace.replaceAll("-", ""), "hex"))
    .update(name, "utf8")
    .digest()
    .subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
