/**
 * Which sockets hang on which session, so that what is taken back ends them; and which on a token
 * without a session, of whose end nobody is told.
 */
import { type Revocation, Revocations } from "../tokens/revocations.ts";
import type { Known, Visitor } from "./visitor.ts";

/** With what a lost event costs, within the five seconds in which a revocation is to reach all. */
const pollMs = 3_000;
/** Who has no session is looked at anew after so long: there are few of them. */
const standingMs = 1_000;
/** An access token lives an hour at most. */
const keepMs = 3_700_000;

interface Asking {
  since(cursor: string | undefined): Promise<{ items: readonly Revocation[]; next: string }>;
  failed(error: unknown): void;
  now(): number;
}

export class Sessions {
  readonly #asking: Asking;
  readonly #visitors = new Map<string, Set<Visitor>>();
  readonly #standing = new Set<Visitor>();
  readonly #revocations = new Revocations(keepMs);
  #cursor: string | undefined;
  #timers: NodeJS.Timeout[] = [];

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  /** Counts a visitor to the session of the token that it shows now. */
  add(visitor: Visitor): void {
    if (visitor.known.stands) this.#standing.add(visitor);
    const { session } = visitor.caller;
    if (session === undefined) return;
    const visitors = this.#visitors.get(session) ?? new Set();
    this.#visitors.set(session, visitors.add(visitor));
    if (this.refuses(visitor.known)) visitor.end("revoked");
  }

  remove(visitor: Visitor): void {
    this.#standing.delete(visitor);
    const { session } = visitor.caller;
    const visitors = session === undefined ? undefined : this.#visitors.get(session);
    visitors?.delete(visitor);
    if (session !== undefined && visitors?.size === 0) this.#visitors.delete(session);
  }

  /** Whether what is known was taken back. */
  refuses({ caller: { session }, issuedAt = 0 }: Known): boolean {
    return (
      session !== undefined && this.#revocations.refuses({ sid: session, iat: issuedAt / 1_000 })
    );
  }

  hear(revocation: Revocation): void {
    if (!this.#revocations.learn(revocation)) return;
    for (const visitor of this.#visitors.get(revocation.session) ?? []) {
      if (this.refuses(visitor.known)) visitor.end("revoked");
    }
  }

  start(): void {
    this.#timers = [
      setInterval(() => void this.poll(), pollMs).unref(),
      setInterval(() => void this.#look(), standingMs).unref(),
    ];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** Ends whoever's token has become void. Never throws. */
  async #look(): Promise<void> {
    for (const visitor of this.#standing) {
      const { known } = visitor;
      const isGood = await known.stands?.().catch(() => false);
      // Meanwhile a better one may have been shown.
      if (isGood === false && visitor.known === known) visitor.end("revoked");
    }
  }

  /** Never throws. */
  async poll(): Promise<void> {
    try {
      const { items, next } = await this.#asking.since(this.#cursor);
      for (const item of items) this.hear(item);
      this.#cursor = next;
      this.#revocations.forget(this.#asking.now());
    } catch (error) {
      this.#asking.failed(error);
    }
  }
}
