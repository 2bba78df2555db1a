/** Passwords to hashes (argon2id, RFC 9106) and back to yes or no. */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { type Cost, decode, encode, isOutdated } from "./phc.ts";
import { Pool, type PoolSettings } from "./pool.ts";

const saltBytes = 16;
const hashBytes = 32;

/** The same characters typed on another keyboard are the same password. */
const bytesOf = (password: string): Buffer => Buffer.from(password.normalize("NFKC"), "utf8");

export class Hasher {
  readonly #cost: Cost;
  readonly #pool: Pool;
  readonly #nobody: string;
  #hashes = 0;

  constructor(settings: PoolSettings & { cost: Cost }) {
    this.#cost = settings.cost;
    this.#pool = new Pool(settings);
    const [salt, hash] = [randomBytes(saltBytes), randomBytes(hashBytes)];
    this.#nobody = encode({ ...this.#cost, salt, hash });
  }

  /** How many were computed: whoever asks of an unknown account must cost as many. */
  get hashes(): number {
    return this.#hashes;
  }

  get pids(): number[] {
    return this.#pool.pids;
  }

  /** A new hash as text. @throws HASHING_BUSY */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    const asked = { password: bytesOf(password), salt, cost: this.#cost, length: hashBytes };
    this.#hashes++;
    return encode({ ...this.#cost, salt, hash: await this.#pool.hash(asked) });
  }

  /**
   * Whether the password is the one that was hashed. Without a hash it is not, and costs the same.
   * @throws HASHING_BUSY
   */
  async verify(text: string | undefined, password: string): Promise<boolean> {
    const { salt, hash, ...cost } = decode(text ?? this.#nobody);
    this.#hashes++;
    const asked = { password: bytesOf(password), salt, cost, length: hash.length };
    const found = await this.#pool.hash(asked);
    return timingSafeEqual(found, hash) && text !== undefined;
  }

  /** True when a hash is to be made anew at the cost of today. */
  isOutdated(text: string): boolean {
    return isOutdated(text, this.#cost);
  }

  close(): void {
    this.#pool.close();
  }
}
