/**
 * Who stands at a door: whoever shows an access token, an API key or the operator's token, and else
 * a guest. What was shown and is not valid is refused, also where a guest would do.
 */
import { createHash, hash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { LRUCache } from "lru-cache";
import type { Caller, Door } from "../shared/contract.ts";
import { TokenRefused } from "./refusals.ts";

/** Finds out who asks. @throws TOKEN_REFUSED, and what the ways of recognising throw */
export type Recognise = (req: IncomingMessage) => Caller | Promise<Caller>;

/** Who stands at a door, for as long as it is open. */
export interface Guard {
  readonly recognise: Recognise;
  start?(): void;
  stop?(): void;
  /** A session was revoked. */
  hear?(told: { session: string; at: number; ended: boolean }): void;
}

/** Whoever verifies access tokens. */
export interface Tokens {
  known(token: string, at: { audience: Door }): { caller: Caller } | undefined;
  verify(token: string, at: { audience: Door }): Promise<{ caller: Caller }>;
}

export interface Ways {
  /** The house's own token, at the operator's door. */
  readonly operatorToken?: (() => string | undefined) | undefined;
  readonly tokens?: Tokens | undefined;
  /** Whose key it is. @throws what a wrong one deserves */
  readonly keys?: ((key: string, door: Door) => Promise<Caller>) | undefined;
}

const longest = 4_096;
const bearer = /^Bearer +(\S+) *$/i;
/** A JWT has two dots, a key none. */
const isJwt = (token: string): boolean => token.startsWith("ey") && token.includes(".");
const digest = (text: string) => createHash("sha256").update(text).digest();

export function recognising(door: Door, { operatorToken, tokens, keys }: Ways): Recognise {
  const guest: Caller = Object.freeze({ id: "guest", role: "guest", door });
  const operator: Caller = Object.freeze({ id: "operator", role: "operator", door });
  const audience = { audience: door };
  return ({ headers }) => {
    const { authorization } = headers;
    const key = headers["x-api-key"];
    if (authorization === undefined && key === undefined) return guest;
    const token = authorization === undefined ? String(key) : bearer.exec(authorization)?.[1];
    if (token === undefined || token.length > longest) throw TokenRefused();
    if (tokens && isJwt(token)) {
      const known = tokens.known(token, audience);
      return known ? known.caller : tokens.verify(token, audience).then(({ caller }) => caller);
    }
    const wanted = operatorToken?.();
    if (wanted !== undefined && timingSafeEqual(digest(token), digest(wanted))) return operator;
    if (!keys) throw TokenRefused();
    return keys(token, door);
  };
}

/** Everybody is a guest. */
export const guests = (door: Door): Recognise => recognising(door, {});
/** Whoever has the operator's token is the operator; compared in constant time. */
export const operators = (door: Door, operatorToken: string): Recognise =>
  recognising(door, { operatorToken: () => operatorToken });

/** Who has shown a key: asked anew after so long, so that a key that was revoked ends. */
const keptMs = 5_000;

/** @param check asks whose key it is */
export function keysBy(check: (key: string) => Promise<Omit<Caller, "door">>): Ways["keys"] {
  const asked = new LRUCache<string, Promise<Omit<Caller, "door">>>({ max: 10_000, ttl: keptMs });
  return async (key, door) => {
    const name = hash("sha256", key, "base64url");
    const before = asked.get(name);
    const answer = before ?? check(key);
    // What is refused is kept too: guessing costs no question each.
    if (!before) asked.set(name, answer);
    return Object.freeze({ ...(await answer), door });
  };
}
