import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { collection, type Outgoing, type Stored } from "../../mixins/documents/collection.ts";
import { Conflict } from "../../mixins/documents/failures.ts";
import type { Store } from "../../mixins/documents/store.ts";
import { pagesOf } from "../../mixins/pages.ts";
import { acted } from "../accounts/audit.contract.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import { newId } from "../shared/ids.ts";
import { message } from "../shared/message.ts";
import { isProblem } from "../shared/problem.ts";
import { type FamilyBody, hashOf, placeOf, tokenOf } from "./family.ts";
import type { open, stepUp } from "./sessions.contract.ts";

/** Who acts for somebody else has one access token, and no other. */
const actorMs = 10 * 60_000;

/** A session as it is kept. */
export type SessionDocument = FamilyBody & Stored;

export const sessions = collection<SessionDocument>({
  name: "sessions",
  indexes: { account: {}, actor: {}, refusedAt: { sorts: true }, lastSeenAt: { sorts: true } },
});

/** The message that an act was done in a session. */
export const told = (
  family: FamilyBody,
  act: string,
  at: string,
  { facts = {}, by }: { facts?: Record<string, string>; by: string },
): Outgoing => ({
  channel: acted.name,
  message: message(acted, {
    account: family.account,
    act,
    at,
    by,
    ...(family.actor ? { actor: family.actor } : {}),
    session: family.id,
    facts,
    personal: {
      ...(family.address ? { address: family.address } : {}),
      ...(family.agent ? { agent: family.agent } : {}),
      ...(family.deviceName ? { device: family.deviceName } : {}),
    },
  }),
});

/** The sessions of an account that have not ended by a time, the last seen first. */
export const living = (store: Store<SessionDocument>, account: string, now: string) =>
  livingOf(store, { account }, now);

export const acting = (store: Store<SessionDocument>, actor: string, now: string) =>
  livingOf(store, { actor }, now);

async function livingOf(
  store: Store<SessionDocument>,
  where: { account: string } | { actor: string },
  now: string,
): Promise<SessionDocument[]> {
  const found: SessionDocument[] = [];
  for await (const docs of store.each(where)) found.push(...docs);
  return found
    .filter((family) => !family.ended && family.expiresAt > now)
    .toSorted((a, b) => (a.lastSeenAt > b.lastSeenAt ? -1 : 1));
}

const tries = 10;

/**
 * Writes what a rule makes of a family as it is now, however often it changes meanwhile.
 *
 * @returns the family afterwards; undefined when the rule left it alone or it is gone
 */
export async function change(
  store: Store<SessionDocument>,
  id: string,
  rule: (family: SessionDocument) => { next: SessionDocument; tell?: Outgoing[] } | undefined,
): Promise<SessionDocument | undefined> {
  for (let left = tries; ; left--) {
    const family = await store.get(id);
    const made = family && rule(family);
    if (!made) return undefined;
    try {
      return await store.replace(made.next, made.tell ? { tell: made.tell } : {});
    } catch (error) {
      if (left === 0 || !isProblem(error, Conflict)) throw error;
    }
  }
}

/** A session for who has signed in. */
export function begun(
  store: Store<SessionDocument>,
  { account, device, deviceName, amr, actor, reason }: z.output<typeof open.params>,
  meta: Meta,
  { key, lifeMs }: { key: string; lifeMs: number },
): Promise<SessionDocument> {
  const seed = { id: newId(), salt: randomBytes(16).toString("base64url") };
  const now = clock.now();
  const family: FamilyBody = {
    ...seed,
    account,
    device: hashOf(device),
    ...(deviceName ? { deviceName } : {}),
    generation: 0,
    hash: hashOf(tokenOf(seed, 0, key)),
    used: [],
    amr,
    signedInAt: now,
    // Who acts for somebody has shown nothing of theirs, and stays for one access token only.
    ...(actor ? { actor } : { stepUpAt: now }),
    ...placeOf(meta),
    lastSeenAt: new Date(now).toISOString(),
    expiresAt: new Date(now + (actor ? actorMs : lifeMs)).toISOString(),
  };
  const facts = { amr: amr.join(" "), ...(reason ? { reason } : {}) };
  const act = actor ? "acted for" : "signed in";
  return store.insert(family, {
    tell: [told(family, act, clock.iso(), { facts, by: actor ?? account })],
  });
}

/** A password or second factor was shown; undefined in a session that is over or another's. */
export const steppedUp = (
  store: Store<SessionDocument>,
  { session, account, amr }: z.output<typeof stepUp.params>,
) =>
  change(store, session, (family) => {
    if (family.account !== account || family.ended || family.actor) return undefined;
    const next = { ...family, stepUpAt: clock.now(), amr: [...new Set([...family.amr, amr])] };
    const facts = { with: amr };
    return { next, tell: [told(next, "stepped up", clock.iso(), { facts, by: account })] };
  });

/** What the doors must refuse since a time (ISO), the newest first. */
export async function refusedSince(
  store: Store<SessionDocument>,
  since: string,
): Promise<SessionDocument[]> {
  const found: SessionDocument[] = [];
  for await (const page of pagesOf(store, { sort: "-refusedAt", limit: 200 })) {
    const recent = page.filter(({ refusedAt = "" }) => refusedAt >= since);
    found.push(...recent);
    if (recent.length < page.length) break;
  }
  return found;
}
