/** How much one socket may do. Pure. */

export interface SocketLimits {
  /** Messages a second that a socket may send for long. */
  perSecond: number;
  /** Messages that it may send at once. */
  burst: number;
  /** Rooms that it may be in, and events that it may hear. */
  rooms: number;
  heard: number;
  /** Questions that may wait for their answers. */
  atOnce: number;
  /** Bytes of a message. */
  payloadBytes: number;
  /** Bytes that may wait for a consumer to take them. */
  bufferedBytes: number;
  /** Sockets of one address, or of the /64 that one subscriber has of IPv6. */
  perAddress: number;
  /** Tokens that a socket may show in a minute, once it is open. */
  tokens: number;
  /** Bytes of a token. */
  tokenBytes: number;
}

export const usualLimits: SocketLimits = {
  perSecond: 20,
  burst: 80,
  rooms: 20,
  heard: 20,
  atOnce: 16,
  payloadBytes: 16_384,
  bufferedBytes: 1_048_576,
  perAddress: 500,
  tokens: 6,
  tokenBytes: 4_096,
};

/** Fills by so many a second up to its size; each message takes one. */
export class Bucket {
  readonly #perSecond: number;
  readonly #size: number;
  #left: number;
  #at: number;

  /** @param now milliseconds */
  constructor({ perSecond, burst }: Pick<SocketLimits, "perSecond" | "burst">, now: number) {
    [this.#perSecond, this.#size, this.#left, this.#at] = [perSecond, burst, burst, now];
  }

  /** @returns false when there was none left */
  take(now: number): boolean {
    const gained = (Math.max(0, now - this.#at) / 1_000) * this.#perSecond;
    this.#left = Math.min(this.#size, this.#left + gained);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}

/** Counts by key; a key that has none is forgotten. */
export class Tally {
  readonly #counts = new Map<string, number>();

  get(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  add(key: string, by: 1 | -1): void {
    const count = this.get(key) + by;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
  }
}

/** When to say that a token expires: a minute before, and earlier than its last fifth. */
export const warnAt = (now: number, expiresAt: number): number =>
  Math.max(now, expiresAt - Math.min(60_000, (expiresAt - now) / 5));
