/**
 * Verifies access tokens where they arrive: by published keys, without asking anybody. Verified
 * tokens are kept in a bounded cache under their hash; what is revoked is told by an event, and
 * asked for every few seconds in case the event was lost.
 */
import { hash } from "node:crypto";
import { decodeProtectedHeader, type JWK, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import { clock } from "../../services/shared/clock.ts";
import type { Caller, Door } from "../../services/shared/contract.ts";
import { problem } from "../../services/shared/problem.ts";
import { Claims, callerOf, tokenType } from "./claims.ts";
import { KeySet } from "./key-set.ts";
import { type Revocation, Revocations } from "./revocations.ts";

export const TokenInvalid = problem(
  "TOKEN_INVALID",
  401,
  {
    en: "The token is not valid here: {reason}. Refresh it, or sign in again.",
    ru: "Токен здесь недействителен ({reason}). Обновите его или войдите снова.",
  },
  z.object({ reason: z.enum(["forged", "expired", "revoked", "for another door"]) }),
);

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
const longestToken = 4_096;
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
    this.#verified.set(key, { claims: await this.#read(token), callers: new Map() });
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

  async #read(token: string): Promise<Claims> {
    const forged = TokenInvalid({ reason: "forged" });
    if (token.length > longestToken) throw forged;
    const { kid } = headerOf(token);
    const key = kid && (await this.#keys.get(kid));
    if (!key) throw forged;
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ["EdDSA"],
        issuer: this.#settings.issuer,
        typ: tokenType,
        requiredClaims: ["exp", "iat", "sub", "aud"],
        currentDate: new Date(this.#now()),
      });
      return Claims.parse(payload);
    } catch (error) {
      throw codeOf(error) === "ERR_JWT_EXPIRED" ? TokenInvalid({ reason: "expired" }) : forged;
    }
  }
}

const codeOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined;

function headerOf(token: string): { kid?: string } {
  try {
    const { kid, alg } = decodeProtectedHeader(token);
    return kid && alg === "EdDSA" ? { kid } : {};
  } catch {
    return {};
  }
}

export const makeVerifier = (settings: VerifierSettings): Verifier => new Verifier(settings);
