/**
 * Who stands at a door: whoever shows an access token, an API key or the operator's token, and else
 * a guest. What was shown and is not valid is refused, also where a guest would do.
 */
import { createHash, hash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { LRUCache } from "lru-cache";
import { isOutage } from "../../mixins/resilience/failure.ts";
import type { Caller, Door } from "../shared/contract.ts";
import { OperatorTokenRetired, TokenRefused } from "./refusals.ts";

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

type Shown = (shown: string, door: Door) => Promise<Caller>;

export interface Ways {
  /** The house's own token, at the operator's door. */
  readonly operatorToken?: (() => string | undefined) | undefined;
  /** The same, once it stands in for nobody any more. */
  readonly retiredToken?: (() => string | undefined) | undefined;
  readonly tokens?: Tokens | undefined;
  /** Whose key it is. @throws what a wrong one deserves */
  readonly keys?: Shown | undefined;
  /** Whose id and secret a guest shows, who wants to be told from others. */
  readonly guests?: Shown | undefined;
}

const longest = 4_096;
const bearer = /^Bearer +(\S+) *$/i;
/** `Guest <id>:<secret>` */
const guestForm = /^Guest +(\S{1,200}) *$/i;
/** A JWT has two dots, a key none. */
const isJwt = (token: string): boolean => token.startsWith("ey") && token.includes(".");
const digest = (text: string) => createHash("sha256").update(text).digest();
const isSame = (token: string, wanted: string | undefined): boolean =>
  wanted !== undefined && timingSafeEqual(digest(token), digest(wanted));

export function recognising(
  door: Door,
  { operatorToken, retiredToken, tokens, keys, guests: known }: Ways,
): Recognise {
  const guest: Caller = Object.freeze({ id: "guest", role: "guest", door });
  const operator: Caller = Object.freeze({ id: "operator", role: "operator", door });
  const audience = { audience: door };
  return ({ headers }) => {
    const { authorization } = headers;
    const key = headers["x-api-key"];
    if (authorization === undefined && key === undefined) return guest;
    const named = known && authorization !== undefined && guestForm.exec(authorization)?.[1];
    if (named) return known(named, door);
    const token = authorization === undefined ? String(key) : bearer.exec(authorization)?.[1];
    if (token === undefined || token.length > longest) throw TokenRefused();
    if (tokens && isJwt(token)) {
      const before = tokens.known(token, audience);
      return before ? before.caller : tokens.verify(token, audience).then(({ caller }) => caller);
    }
    if (isSame(token, operatorToken?.())) return operator;
    if (isSame(token, retiredToken?.())) throw OperatorTokenRetired();
    if (!keys) throw TokenRefused();
    return keys(token, door);
  };
}

/** Everybody is a guest. */
export const guests = (door: Door): Recognise => recognising(door, {});
/** Whoever has the operator's token is the operator; compared in constant time. */
export const operators = (door: Door, operatorToken: string): Recognise =>
  recognising(door, { operatorToken: () => operatorToken });

/** Who has shown a key is asked for anew after so long, so that a key that was revoked ends. */
const keptMs = 5_000;

/** @param check asks whose it is, a key or the id and secret of a guest */
export function shownBy(check: (shown: string) => Promise<Omit<Caller, "door">>): Shown {
  const asked = new LRUCache<string, Promise<Omit<Caller, "door">>>({ max: 10_000, ttl: keptMs });
  return async (key, door) => {
    const name = hash("sha256", key, "base64url");
    const before = asked.get(name);
    const answer = before ?? check(key);
    // What is refused is kept too: guessing costs no question each. That nobody answers is not.
    if (!before) {
      asked.set(name, answer);
      answer.catch((error) => isOutage(error) && asked.delete(name));
    }
    return Object.freeze({ ...(await answer), door });
  };
}
