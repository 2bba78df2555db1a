/**
 * What other contexts must know of people: who asks (`ownerOf`), what is told of accounts, and what
 * every actor that keeps personal data serves (`personal`), follows (`joined`, `erased`) and tells
 * (`answered`).
 */
import { z } from "zod";
import { action, type Caller, channel, type Meta } from "../shared/contract.ts";
import { problem } from "../shared/problem.ts";

export const AccountId = z.uuid();
/** Languages in which the house writes to people. */
export const Language = z.enum(["en", "ru"]);
/** As mail servers take them (RFC 5321, 4.5.3.1): 64 characters before the @, labels of 63. */
const mailbox =
  /^(?!\.)(?!.*\.\.)[A-Za-z0-9_'+.-]{0,63}[A-Za-z0-9_+-]@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;
export const Email = z.email({ pattern: mailbox }).max(254);

/** There is a new account. Its e-mail is not known to be its owner's yet. */
export const registered = channel(
  "accounts.registered.v1",
  z.strictObject({ id: AccountId, email: Email, language: Language }),
  ({ id }) => id,
);
/** The account's e-mail is this one, shown to be its owner's: the first, or another than before. */
export const verified = channel(
  "accounts.verified.v1",
  z.strictObject({ id: AccountId, email: Email }),
  ({ id }) => id,
);
/** A guest has signed in: what is kept under the guest's id belongs to the account from now on. */
export const joined = channel(
  "users.joined.v1",
  z.strictObject({ guest: AccountId, account: AccountId }),
  ({ account }) => account,
);
/**
 * Nothing may be kept about this account or guest any more. Who keeps something removes it, then
 * tells `answered`; also where there was nothing.
 */
export const erased = channel("users.erased.v1", z.strictObject({ id: AccountId }), ({ id }) => id);
/** An actor has removed what it kept about somebody. */
export const answered = channel(
  "users.answered.v1",
  z.strictObject({
    id: AccountId,
    /** Name of the actor. */
    actor: z.string().min(1).max(100),
    /** How many things were removed. */
    removed: z.int().min(0),
    /** What stays nevertheless, and by what right: invoices, for ten years by law. */
    kept: z.string().max(300).optional(),
  }),
  ({ id }) => id,
);

/** What an actor holds about somebody, as JSON; null where that is nothing. */
export const Personal = z.strictObject({ actor: z.string(), data: z.unknown() });

/**
 * The contract by which an actor hands out all that it holds about somebody. No door opens it;
 * `users.export` finds it in the registry by its name.
 *
 * @param actor name of the actor: `ratings` makes `ratings.personal`
 */
export const personalOf = <A extends string>(actor: A) =>
  action(`${actor}.personal`, z.strictObject({ id: AccountId }), Personal, {
    summary: "All that is held about somebody, for the export.",
    idempotent: true,
    timeoutMs: 30_000,
  });

export const StandIn = problem("STAND_IN_REFUSED", 403, {
  en: "Who acts for somebody else may not do this. Only the owner of the account may.",
  ru: "Действуя от чужого имени, этого делать нельзя. Это может только владелец.",
});
export const NotSignedIn = problem("NOT_SIGNED_IN", 401, {
  en: "This is for who has signed in. Ask POST /v1/auth/sign-in for a token and send it along.",
  ru: "Это доступно после входа. Получите токен: POST /v1/auth/sign-in.",
});
/**
 * Whose request it is. The house's own token is no account's.
 * @throws NotSignedIn for nobody's; StandIn where it must be done in person and somebody acts for it
 */
export function ownerOf({ caller }: Meta, inPerson = false): Caller {
  if (!caller || caller.role === "guest") throw NotSignedIn();
  if (!AccountId.safeParse(caller.id).success) throw NotSignedIn();
  if (inPerson && caller.actor !== undefined) throw StandIn();
  return caller;
}

/** Who did it, for the record. */
export const doer = ({ caller }: Meta): string =>
  caller && caller.role !== "guest" ? caller.id : "house";
