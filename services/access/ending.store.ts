/** How sessions end: by their owner, by a theft, because the account changed, or by their age. */

import type { z } from "zod";
import type { Outgoing } from "../../mixins/documents/collection.ts";
import type { Store } from "../../mixins/documents/store.ts";
import { pagesOf } from "../../mixins/pages.ts";
import { letGo } from "../../mixins/sweeping.ts";
import type { secured } from "../accounts/account.contract.ts";
import { doer } from "../accounts/accounts.contract.ts";
import { wanted } from "../accounts/mail.contract.ts";
import type { Facts } from "../accounts/support.contract.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import { message } from "../shared/message.ts";
import { tell } from "../shared/wire.ts";
import { ended, revocationOf } from "./family.ts";
import { revocation } from "./sessions.contract.ts";
import { acting, change, living, type SessionDocument, told } from "./sessions.store.ts";

/** Where sessions are, and by whom the doors are told. */
export interface Ending {
  store: Store<SessionDocument>;
  broker: { broadcast(name: string, data: unknown): Promise<unknown> };
}

/** Ends a family; undefined when it had ended. */
const end = (
  store: Store<SessionDocument>,
  id: string,
  why: string,
  now: string,
  { meta, letter = [] }: { meta: Meta; letter?: Outgoing[] },
) =>
  change(store, id, (family) => {
    if (family.ended) return undefined;
    const tell = [
      told(family, "session ended", now, { facts: { why }, by: doer(meta) }),
      ...letter,
    ];
    return { next: ended(family, why, now), tell };
  });

/** Tells the doors now; those who miss it ask. */
const warn = ({ broker }: Ending, family: SessionDocument) =>
  tell({ emit: (name, data) => broker.broadcast(name, data) }, revocation, revocationOf(family));

/** Ends families; those that had ended are not counted. */
export async function finish(
  self: Ending,
  families: readonly SessionDocument[],
  why: string,
  meta: Meta = {},
  letter: Outgoing[] = [],
): Promise<{ ended: number }> {
  let count = 0;
  for (const { id } of families) {
    const family = await end(self.store, id, why, clock.iso(), { meta, letter });
    if (family) count++;
    if (family) await warn(self, family);
  }
  return { ended: count };
}

/**
 * The account changed: its sessions from before end, or fetch new access tokens; those in which it acts
 * for others end.
 */
export async function secure(
  self: Ending,
  { id, at, ends, keep, why }: z.output<typeof secured.data>,
): Promise<{ ended: number }> {
  const before = (family: SessionDocument) => family.createdAt <= at && family.id !== keep;
  await finish(self, (await acting(self.store, id, clock.iso())).filter(before), why);
  const older = (await living(self.store, id, clock.iso())).filter(before);
  if (ends) return finish(self, older, why);
  for (const { id: session } of older) {
    const family = await change(self.store, session, (one) =>
      one.ended || (one.refusedAt ?? "") >= at ? undefined : { next: { ...one, refusedAt: at } },
    );
    if (family) await warn(self, family);
  }
  return { ended: 0 };
}

const line = (text: string): string => text.replace(/\p{Cc}/gu, " ").slice(0, 300);

/** Tells the owner that a refresh token was shown by somebody who should not have it. */
export function letterOfTheft(
  family: SessionDocument,
  account: z.output<typeof Facts>,
): Outgoing[] {
  if (!account.email) return [];
  const letter = {
    template: "tokenStolen",
    to: account.email,
    language: account.language,
    account: account.id,
    data: {
      device: line(family.deviceName ?? family.agent ?? "?"),
      ...(family.address ? { place: line(family.address) } : {}),
      time: clock.iso(),
    },
  } as const;
  return [{ channel: wanted.name, message: message(wanted, letter) }];
}

/** Removes sessions that have been over since before a time (milliseconds). */
export async function tidied(store: Store<SessionDocument>, before: number): Promise<void> {
  const limit = new Date(before).toISOString();
  for await (const page of pagesOf(store, { sort: "lastSeenAt", limit: 200 })) {
    const old = page.filter(({ lastSeenAt }) => lastSeenAt < limit);
    await letGo(
      store,
      old.filter(({ ended: isEnded, expiresAt }) => isEnded || expiresAt < limit),
    );
    if (old.length < page.length) return;
  }
}

/** Takes out of ended sessions what is about a person. @returns of how many */
export async function stripped(store: Store<SessionDocument>, account: string): Promise<number> {
  let count = 0;
  for await (const docs of store.each({ account })) {
    for (const { id } of docs) {
      await change(store, id, ({ address: _, agent: __, deviceName: ___, ...rest }) => ({
        next: { ...rest, device: "" },
      }));
      count++;
    }
  }
  return count;
}
