import type { Context } from "moleculer";
import { collection, type Outgoing, type Stored } from "../../mixins/documents/collection.ts";
import { Conflict, Duplicate } from "../../mixins/documents/failures.ts";
import type { Store } from "../../mixins/documents/store.ts";
import { Turns } from "../../mixins/turns.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import { message } from "../shared/message.ts";
import { isProblem } from "../shared/problem.ts";
import { AccountId, joined } from "./accounts.contract.ts";
import { type Letter, wanted } from "./mail.contract.ts";
import { presets } from "./preferences.contract.ts";
import { newAccount, timed, type UserBody } from "./profile.ts";
import { isSecret } from "./profile-contacts.ts";
import { Gone, GuestRefused, Nobody } from "./users.contract.ts";

/** A person as they are kept. */
export type UserDocument = UserBody & Stored;

// Everybody has a `wakeAt`, so that those who are due come first in its order.
const indexes = { wakeAt: { sorts: true } };
export const users = collection<UserDocument>({ name: "users", indexes });

/** Those for whom something is to be done by now (ISO), page by page, each once. */
export async function* due(store: Store<UserDocument>, now: string): AsyncGenerator<UserDocument> {
  let after: string | undefined;
  do {
    const page = await store.find({ sort: "wakeAt", limit: 100, after });
    const found = page.items.filter(({ wakeAt }) => wakeAt <= now);
    yield* found;
    after = found.length === page.items.length ? (page.next ?? undefined) : undefined;
  } while (after);
}

/** For those who change somebody on another node at the same time. */
const tries = 5;
const turns = new Turns();

export type Rule = (user: UserDocument) => UserDocument;
export type Tell = (next: UserDocument) => Outgoing[];

export interface Rewriting {
  /** Messages that tell of the change, in the same write. */
  tell?: Tell | undefined;
  /** An account that is not there yet is made: its message may still be on its way. */
  create?: boolean;
}

/**
 * Writes what a rule makes of a person as they are now, one change of a person at a time. A rule
 * that answers the same has nothing to write.
 *
 * @returns the person afterwards; undefined where there is none
 */
export const rewrite = (
  store: Store<UserDocument>,
  id: string,
  rule: Rule,
  how: Rewriting = {},
): Promise<UserDocument | undefined> => turns.run(id, () => rewriteNow(store, id, rule, how));

async function rewriteNow(
  ...[store, id, rule, { tell, create } = {}]: Parameters<typeof rewrite>
): Promise<UserDocument | undefined> {
  const blank = { ...newAccount(id), version: 0, createdAt: "", updatedAt: "" };
  for (let left = tries; ; left--) {
    const user = (await store.get(id)) ?? (create ? blank : undefined);
    const next = user && rule(user);
    if (!next || next === user) return user;
    const doc = timed(next);
    const writing = tell ? { tell: tell(doc) } : {};
    try {
      return await (user === blank ? store.insert(doc, writing) : store.replace(doc, writing));
    } catch (error) {
      const isRace = isProblem(error, Conflict) || isProblem(error, Duplicate);
      if (left === 0 || !isRace) throw error;
    }
  }
}

/** Whose request it is. @throws Nobody where the door knew no account and no guest */
export function callerOf({ caller }: Meta): string {
  const id = AccountId.safeParse(caller?.id);
  if (!id.success) throw Nobody();
  return id.data;
}

/** The caller after a rule. @throws Nobody, Gone, and what the rule throws */
export async function asCaller(
  store: Store<UserDocument>,
  meta: Meta,
  rule: Rule,
  tell?: Tell,
): Promise<UserDocument> {
  const living: Rule = (user) => {
    if (user.kind === "erased") throw Gone();
    return rule(user);
  };
  const create = meta.caller?.role !== "guest";
  const user = await rewrite(store, callerOf(meta), living, { tell, create });
  if (!user) throw Nobody();
  return user;
}

/** The guest who knows the secret. @throws GuestRefused */
export async function guestOf(store: Store<UserDocument>, given: { id: string; secret: string }) {
  const guest = (await store.get(given.id))?.guest;
  const isKnown = guest && isSecret(given.secret, guest.hash) && clock.iso() < guest.until;
  if (!isKnown) throw GuestRefused();
  return { id: given.id, guest };
}

/**
 * The guest becomes the account's, of one account only, and that is told; asked again it is the
 * same. Of the guest its choices stay, so that they can join the account even after a crash.
 * @throws GuestRefused
 */
export async function claimed(
  store: Store<UserDocument>,
  given: { id: string; secret: string },
  account: string,
  because: Context,
): Promise<UserDocument> {
  const { id } = await guestOf(store, given);
  const claim: Rule = (u) =>
    u.guest && !u.guest.account ? { ...u, guest: { ...u.guest, account } } : u;
  const tell: Tell = () => [
    { channel: joined.name, message: message(joined, { guest: id, account }, { because }) },
  ];
  const guest = await rewrite(store, id, claim, { tell });
  if (guest?.guest?.account !== account) throw GuestRefused();
  return guest;
}

type Say = Letter extends infer L
  ? L extends Letter
    ? Pick<L, "template" | "data">
    : never
  : never;

/** A letter to a person in their language, to go out with a write. @param to else their own e-mail */
export function letterTo(user: UserBody, say: Say, to?: string): Outgoing[] {
  const address = to ?? user.contacts.find(({ primary }) => primary)?.address;
  if (!address) return [];
  const language = user.preferences.language ?? presets.language;
  const letter = { ...say, to: address, language, account: user.id } as Letter;
  return [{ channel: wanted.name, message: message(wanted, letter) }];
}
