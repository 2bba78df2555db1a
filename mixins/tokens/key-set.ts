/**
 * Published keys as they were last read. Read anew when a token names one that is not there (not
 * more often than every few seconds, whatever tokens say), and from time to time, so that a new key
 * is known before it signs.
 */
import { type CryptoKey, importJWK, type JWK } from "jose";

const renewMs = 60_000;
const leastMs = 2_000;

export class KeySet {
  readonly #read: () => Promise<{ keys: JWK[] }>;
  readonly #failed: (error: unknown) => void;
  readonly #now: () => number;
  #keys = new Map<string, CryptoKey>();
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(
    read: () => Promise<{ keys: JWK[] }>,
    failed: (error: unknown) => void,
    now: () => number,
  ) {
    this.#read = read;
    this.#failed = failed;
    this.#now = now;
  }

  /** The key of an id. @throws whatever reading throws, where the key is not known */
  async get(kid: string): Promise<CryptoKey | undefined> {
    const age = this.#now() - this.#readAt;
    if (!this.#keys.has(kid)) {
      if (age >= leastMs || age < 0) await this.#renew();
      else await this.#reading;
    } else if (age >= renewMs) void this.#renew().catch(this.#failed);
    return this.#keys.get(kid);
  }

  #renew(): Promise<void> {
    this.#reading ??= this.#load().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #load(): Promise<void> {
    const { keys } = await this.#read();
    const made = new Map<string, CryptoKey>();
    for (const jwk of keys) {
      const isOurs = jwk.kty === "OKP" && jwk.crv === "Ed25519" && jwk.kid;
      if (isOurs) made.set(jwk.kid ?? "", (await importJWK(jwk, "EdDSA")) as CryptoKey);
    }
    this.#keys = made;
    this.#readAt = this.#now();
  }
}
