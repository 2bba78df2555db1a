/**
 * The rules of a family of refresh tokens. A token is used once and makes its successor; shown a
 * second time it was stolen, or its device did not get the answer. Pure: time and keys are arguments.
 */
import { createHmac, hash, timingSafeEqual } from "node:crypto";
import type { Meta } from "../shared/contract.ts";

/** How secrets with enough chance in them are kept. */
export const hashOf = (secret: string): string => hash("sha256", secret, "base64url");

export interface FamilyBody {
  id: string;
  account: string;
  /** Hash of the device that it belongs to. */
  device: string;
  deviceName?: string;
  /** So that the server's key alone does not make tokens. */
  salt: string;
  generation: number;
  /** Hash of the token of this generation. */
  hash: string;
  /** When the last generations were used up, milliseconds since the epoch, the latest last. */
  used: { generation: number; at: number }[];
  amr: string[];
  signedInAt: number;
  stepUpAt?: number;
  actor?: string;
  address?: string;
  agent?: string;
  lastSeenAt: string;
  expiresAt: string;
  /** Access tokens made until then are refused, ISO. */
  refusedAt?: string;
  ended?: string;
}

export interface Presented {
  family: string;
  generation: number;
  token: string;
}

const form = /^brt_([0-9a-f]{32})\.([0-9a-z]{1,8})\.([\w-]{43})$/;
const plain = (id: string): string => id.replaceAll("-", "");
const uuid = (hex: string): string =>
  hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/** What a refresh token says of itself, not yet to be believed; undefined when it is none. */
export function read(token: string): Presented | undefined {
  const [, id, generation] = form.exec(token) ?? [];
  if (!id || !generation) return undefined;
  return { family: uuid(id), generation: Number.parseInt(generation, 36), token };
}

/** The token of a generation: derived, so that it can be given again though none is kept. */
export function tokenOf({ id, salt }: Pick<FamilyBody, "id" | "salt">, n: number, key: string) {
  const generation = n.toString(36);
  const mac = createHmac("sha256", key).update(`${id}|${salt}|${generation}`).digest("base64url");
  return `brt_${plain(id)}.${generation}.${mac}`;
}

const bytes = (text: string) => Buffer.from(hashOf(text));
const same = (a: string, b: string) => timingSafeEqual(bytes(a), bytes(b));

export type Verdict =
  /** It is the living one: make the successor. */
  | "rotate"
  /** The same device asks again: give it what it did not get. */
  | "again"
  /** Somebody shows a token that he should not have: the family ends. */
  | "stolen"
  /** No token of this house, or a family that has ended. */
  | "refused";

/**
 * What is to be done with a token.
 *
 * @param now milliseconds since the epoch
 * @param graceMs how long the same device may show a used token again
 */
export function judged(
  family: FamilyBody,
  { generation, token }: Presented,
  device: string,
  { key, now, graceMs }: { key: string; now: number; graceMs: number },
): Verdict {
  // Whoever knows the id of a family alone cannot end it: the token must have been a true one.
  const isTrue = generation <= family.generation && same(tokenOf(family, generation, key), token);
  if (!isTrue || family.ended !== undefined || family.actor !== undefined) return "refused";
  if (Date.parse(family.expiresAt) <= now) return "refused";
  if (hashOf(device) !== family.device) return "stolen";
  if (generation === family.generation)
    return same(hashOf(token), family.hash) ? "rotate" : "stolen";
  const used = family.used.find((one) => one.generation === generation);
  return used && now - used.at <= graceMs ? "again" : "stolen";
}

/** Generations whose use is remembered. */
const mostUsed = 20;

/** The family with its next generation. */
export function rotated<F extends FamilyBody>(
  family: F,
  { key, now, lifeMs }: { key: string; now: number; lifeMs: number },
): F {
  const { generation, used } = family;
  const next = generation + 1;
  return {
    ...family,
    generation: next,
    hash: hashOf(tokenOf(family, next, key)),
    used: [...used, { generation, at: now }].slice(-mostUsed),
    lastSeenAt: new Date(now).toISOString(),
    expiresAt: new Date(now + lifeMs).toISOString(),
  };
}

/** Ended for good; what it was refreshed with is forgotten. */
export const ended = <F extends FamilyBody>(family: F, why: string, now: string): F => ({
  ...family,
  ended: why,
  refusedAt: now,
  hash: "",
  used: [],
});

/** What is remembered of where a request came from. */
export const placeOf = ({ from }: Meta): Pick<FamilyBody, "address" | "agent"> => ({
  ...(from ? { address: from.address } : {}),
  ...(from?.agent ? { agent: from.agent.slice(0, 300) } : {}),
});

/** What the doors must know of a family that ended, or whose account changed. */
export const revocationOf = ({ id, refusedAt = "", ended: why }: FamilyBody) => ({
  session: id,
  at: Date.parse(refusedAt),
  ended: why !== undefined,
});

/** What its owner sees of a session. */
export const shown = (family: FamilyBody & { createdAt: string }) => ({
  id: family.id,
  deviceName: family.deviceName ?? null,
  agent: family.agent ?? null,
  address: family.address ?? null,
  createdAt: family.createdAt,
  lastSeenAt: family.lastSeenAt,
  expiresAt: family.expiresAt,
  actor: family.actor ?? null,
});
