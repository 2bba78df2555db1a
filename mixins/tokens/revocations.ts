/** What the house took back, as far as tokens may still be about that were made before. Pure. */

/** Ended, a session's tokens are all refused; else those made until then. Times in milliseconds. */
export interface Revocation {
  session: string;
  at: number;
  ended: boolean;
}

export class Revocations {
  readonly #bySession = new Map<string, Revocation>();
  readonly #keepMs: number;

  /** @param keepMs at least as long as an access token lives */
  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  get size(): number {
    return this.#bySession.size;
  }

  /** In any order, and as often as one likes. @returns whether it was news */
  learn({ session, at, ended }: Revocation): boolean {
    const known = this.#bySession.get(session);
    if (known && known.at >= at && (known.ended || !ended)) return false;
    const later = Math.max(at, known?.at ?? 0);
    this.#bySession.set(session, { session, at: later, ended: ended || known?.ended === true });
    return true;
  }

  /** @param iat seconds since the epoch */
  refuses({ sid, iat }: { sid: string; iat: number }): boolean {
    const known = this.#bySession.get(sid);
    return known !== undefined && (known.ended || iat * 1_000 <= known.at);
  }

  /** Forgets what no living token can meet any more. */
  forget(now: number): void {
    for (const { session, at } of this.#bySession.values()) {
      if (at + this.#keepMs < now) this.#bySession.delete(session);
    }
  }
}
