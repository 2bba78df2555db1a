import type { z } from "zod";
import type { Afterwards } from "../../mixins/afterwards.ts";
import { collection, type Outgoing, type Stored } from "../../mixins/documents/collection.ts";
import type { WithStore } from "../../mixins/documents/documents.ts";
import { Conflict } from "../../mixins/documents/failures.ts";
import type { Store } from "../../mixins/documents/store.ts";
import type { WithGuesses } from "../../mixins/guesses/guessing.ts";
import type { Hasher } from "../../mixins/passwords/hasher.ts";
import type { Sealing } from "../../mixins/sealing.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import { message, type Sender } from "../shared/message.ts";
import { isProblem } from "../shared/problem.ts";
import { type Account, EmailUnverified, Suspended, secured } from "./account.contract.ts";
import { type AccountBody, hashOf, providerOf } from "./account.ts";
import { doer } from "./accounts.contract.ts";
import { acted } from "./audit.contract.ts";
import { type Letter, wanted } from "./mail.contract.ts";

/** An account as it is kept. */
export type AccountDocument = AccountBody & Stored;

export const accounts = collection<AccountDocument>({
  name: "accounts",
  indexes: {
    email: { unique: true },
    identities: { unique: true },
    "codes.hash": { unique: true },
    roles: {},
    status: {},
    tidyAt: { sorts: true },
  },
});

/** The actor, as far as those who do its work see it. */
export interface AuthService extends WithStore<AccountDocument>, WithGuesses {
  broker: WithStore<AccountDocument>["broker"] & Sender;
  hasher: Hasher;
  /** Seal secrets of second factors, and what a client keeps between the halves of a sign-in. */
  factors: Sealing;
  challenges: Sealing;
  /** What is done after the answer, so that its time tells nothing. */
  later: Afterwards;
}

type Of = Store<AccountDocument>;
const first = async (store: Of, where: Record<string, string>) =>
  (await store.find({ where, limit: 1 })).items[0];
export const byEmail = (store: Of, email: string) => first(store, { email });
export const byIdentity = (store: Of, identity: string) => first(store, { identities: identity });
export const byCode = (store: Of, hash: string) => first(store, { "codes.hash": hash });

type Made = { next: AccountDocument; tell?: Outgoing[] } | undefined;
export type Rule = (account: AccountDocument) => Made | Promise<Made>;

const tries = 10;

/**
 * Writes what a rule makes of an account as it is now, however often it changes meanwhile.
 *
 * @returns the account afterwards; undefined when the rule left it alone or it is gone
 */
export async function change(store: Of, id: string, rule: Rule) {
  for (let left = tries; ; left--) {
    const account = await store.get(id);
    const made = account && (await rule(account));
    if (!made) return undefined;
    try {
      return await store.replace(made.next, made.tell ? { tell: made.tell } : {});
    } catch (error) {
      if (left === 0 || !isProblem(error, Conflict)) throw error;
    }
  }
}

type Facts = z.input<typeof acted.data>["facts"];
type Personal = Record<string, string>;

/** The message that an act was done to an account. */
export const told = (
  { id }: AccountBody,
  act: string,
  meta: Meta,
  { facts = {}, personal = {}, by }: { facts?: Facts; personal?: Personal; by?: string } = {},
): Outgoing => ({
  channel: acted.name,
  message: message(acted, {
    account: id,
    act,
    at: clock.iso(),
    by: by ?? doer(meta),
    ...(meta.caller?.actor ? { actor: meta.caller.actor } : {}),
    ...(meta.caller?.session ? { session: meta.caller.session } : {}),
    facts,
    personal: { ...(meta.from ? { address: meta.from.address } : {}), ...personal },
  }),
});

type Say = Letter extends infer L
  ? L extends Letter
    ? Pick<L, "template" | "data">
    : never
  : never;

/** A letter to an account's owner. @param to another address than the account's */
export function letter(account: AccountBody, say: Say, to = account.email): Outgoing[] {
  if (!to) return [];
  const { id, language } = account;
  const written = { ...say, to, language, account: id } as Letter;
  return [{ channel: wanted.name, message: message(wanted, written) }];
}

/** What was shown to sign in, so that a change of it voids what is under way. */
export const stampOf = ({ password = "", identities }: AccountBody): string =>
  hashOf(`${password}|${identities}`);

/** All that a session is begun for. */
export const groundsOf = ({ status, password, identities, factor, roles }: AccountBody): string =>
  `${status}|${password}|${identities}|${factor?.sealed}|${roles}`;

/** @throws EmailUnverified, Suspended */
export function mustBeActive({ status }: AccountBody): void {
  if (status === "pending") throw EmailUnverified();
  if (status !== "active") throw Suspended();
}

/** What sessions must know of a change, as data and as the message that goes with it. */
export function securing({ id }: AccountBody, why: string, ends: boolean, keep?: string) {
  const data = { id, at: clock.iso(), ends, why, ...(keep ? { keep } : {}) };
  return { data, tell: { channel: secured.name, message: message(secured, data) } };
}

/** The same behind the write: who signed in meanwhile is from before it. */
export const asOfNow = ({ data }: ReturnType<typeof securing>) => ({ ...data, at: clock.iso() });

/** What operators and its owner see of an account. */
export const shown = (account: AccountDocument): Account => ({
  id: account.id,
  email: account.email ?? null,
  status: account.status,
  roles: account.roles,
  language: account.language,
  password: account.password !== undefined,
  secondFactor: account.factor !== undefined,
  backupCodes: account.factor?.backup.length ?? 0,
  providers: account.identities.map(providerOf),
  suspended: account.suspended ?? null,
  createdAt: account.createdAt,
});
