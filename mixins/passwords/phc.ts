/**
 * Hashes of passwords as text, in the PHC string format
 * (https://github.com/P-H-C/phc-string-format): `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`.
 * Pure.
 */

/** What one hash costs. */
export interface Cost {
  memoryKib: number;
  passes: number;
  parallelism: number;
}

export interface Hashed extends Cost {
  salt: Buffer;
  hash: Buffer;
}

const form =
  /^\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** Base64 without its padding, as the format wants it. */
const base64 = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");

export const encode = ({ memoryKib, passes, parallelism, salt, hash }: Hashed): string =>
  `$argon2id$v=19$m=${memoryKib},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`;

/** @throws Error when it is not a hash of ours: a damaged document */
export function decode(text: string): Hashed {
  const [, m, t, p, salt = "", hash = ""] = form.exec(text) ?? [];
  if (!m) throw new Error("This is not a hash of argon2id in the PHC format.");
  return {
    memoryKib: Number(m),
    passes: Number(t),
    parallelism: Number(p),
    salt: Buffer.from(salt, "base64"),
    hash: Buffer.from(hash, "base64"),
  };
}

/** True when it was made at another cost than the one wanted now. */
export function isOutdated(text: string, cost: Cost): boolean {
  const { memoryKib, passes, parallelism } = decode(text);
  return memoryKib !== cost.memoryKib || passes !== cost.passes || parallelism !== cost.parallelism;
}
