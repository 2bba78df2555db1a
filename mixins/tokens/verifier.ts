/**
 * Verifies access tokens where they arrive: by published keys, without asking anybody. Verified
 * tokens are kept in a bounded cache under their hash; what is revoked is told by an event, and
 * asked for every few seconds in case the event was lost.
 */
import { hash } from "node:crypto";
import type { JWK } from "jose";
import { LRUCache } from "lru-cache";
import { clock } from "../../services/shared/clock.ts";
import type { Caller, Door } from "../../services/shared/contract.ts";
import { type Claims, callerOf } from "./claims.ts";
import { KeySet } from "./key-set.ts";
import { readClaims, TokenInvalid } from "./reading.ts";
import { type Revocation, Revocations } from "./revocations.ts";

export interface VerifierSettings {
  /** Who signs: `iss`. */
  issuer: string;
  /** The published keys. */
  jwks(): Promise<{ keys: JWK[] }>;
  /** What was revoked since a cursor of an earlier answer; without one, lately. */
  revokedSince(since?: string): Promise<{ items: readonly Revocation[]; next: string }>;
  /** Told when the house cannot be asked: tokens are still verified by what is known. */
  failed?(error: unknown): void;
  pollMs?: number;
  /** How many verified tokens are kept. */
  most?: number;
  now?(): number;
}

export interface Verified {
  caller: Caller;
}

/** An access token lives an hour at most (ACCESS_TOKEN_SECONDS). */
const keepMs = 3_700_000;
const keyOf = (token: string): string => hash("sha256", token, "base64url");

export class Verifier {
  readonly #settings: VerifierSettings;
  readonly #now: () => number;
  readonly #keys: KeySet;
  readonly #revocations = new Revocations(keepMs);
  readonly #verified: LRUCache<string, { claims: Claims; callers: Map<Door, Verified> }>;
  #cursor: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: VerifierSettings) {
    this.#settings = settings;
    this.#now = settings.now ?? clock.now;
    this.#keys = new KeySet(settings.jwks, (error) => settings.failed?.(error), this.#now);
    this.#verified = new LRUCache({ max: settings.most ?? 10_000 });
  }

  /** How many verified tokens are kept. */
  get size(): number {
    return this.#verified.size;
  }

  /** Who shows a token that was verified before; undefined when it was not. @throws TOKEN_INVALID */
  known(token: string, { audience }: { audience: Door }, key = keyOf(token)): Verified | undefined {
    const entry = this.#verified.get(key);
    if (!entry) return undefined;
    const { claims, callers } = entry;
    if (this.#now() >= claims.exp * 1_000) this.#refuse("expired", key);
    if (this.#revocations.refuses(claims)) this.#refuse("revoked", key);
    const before = callers.get(audience);
    if (before) return before;
    if (!claims.aud.includes(audience)) throw TokenInvalid({ reason: "for another door" });
    const made = Object.freeze({ caller: callerOf(claims, audience) });
    callers.set(audience, made);
    return made;
  }

  /**
   * Who shows a token, at a door.
   * @throws TOKEN_INVALID; whatever `jwks` throws where its key is not known yet
   */
  async verify(token: string, at: { audience: Door }): Promise<Verified> {
    const key = keyOf(token);
    const before = this.known(token, at, key);
    if (before) return before;
    const { issuer } = this.#settings;
    const claims = await readClaims(token, this.#keys, { issuer, now: this.#now() });
    this.#verified.set(key, { claims, callers: new Map() });
    const now = this.known(token, at, key);
    if (!now) throw new Error("The cache of verified tokens keeps nothing.");
    return now;
  }

  /** A revocation that was told: tokens that it is about are refused from now on. */
  hear(revocation: Revocation): void {
    if (!this.#revocations.learn(revocation)) return;
    for (const [key, { claims }] of this.#verified.entries()) {
      if (this.#revocations.refuses(claims)) this.#verified.delete(key);
    }
  }

  /** Asks what was revoked. Never throws. */
  async poll(): Promise<void> {
    try {
      const { items, next } = await this.#settings.revokedSince(this.#cursor);
      for (const item of items) this.hear(item);
      this.#cursor = next;
      this.#revocations.forget(this.#now());
    } catch (error) {
      this.#settings.failed?.(error);
    }
  }

  /** Polls from now on; resolves after the first time. */
  start(): Promise<void> {
    this.#timer = setInterval(() => void this.poll(), this.#settings.pollMs ?? 4_000).unref();
    return this.poll();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #refuse(reason: "expired" | "revoked", key: string): never {
    this.#verified.delete(key);
    throw TokenInvalid({ reason });
  }
}

export const makeVerifier = (settings: VerifierSettings): Verifier => new Verifier(settings);
