/** How passwords, e-mails and providers come to an account: each by showing whose it is. */
import { randomBytes } from "node:crypto";
import { env } from "../../config/env.ts";
import type { Outgoing } from "../../mixins/documents/collection.ts";
import { Duplicate } from "../../mixins/documents/failures.ts";
import { mayWrite } from "../../mixins/guesses/letters.ts";
import { faultOf } from "../../mixins/passwords/policy.ts";
import { secure } from "../access/ending.contract.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import { message } from "../shared/message.ts";
import { isProblem } from "../shared/problem.ts";
import { type Asker, call } from "../shared/wire.ts";
import { PasswordRefused } from "./account.contract.ts";
import * as rules from "./account.ts";
import { verified } from "./accounts.contract.ts";
import { CodeRefused } from "./auth.contract.ts";
import * as kept from "./auth.store.ts";

type AuthService = kept.AuthService;
type AccountDocument = kept.AccountDocument;

const { VERIFY_HOURS, RESET_MINUTES } = env.accounts;
const minutesOf = { verify: VERIFY_HOURS * 60, email: RESET_MINUTES, reset: RESET_MINUTES };

/** The account with a new code, and the code, which goes into a letter and nowhere else. */
export function challenged<A extends rules.AccountBody>(
  account: A,
  code: Omit<rules.Code, "hash" | "until">,
) {
  const secret = randomBytes(24).toString("base64url");
  const minutes = minutesOf[code.kind];
  const until = new Date(clock.now() + minutes * 60_000).toISOString();
  const next = rules.withCode(account, { ...code, hash: rules.hashOf(secret), until }, clock.iso());
  return { next, data: { code: secret, minutes } };
}

const faults = { short: "short", long: "long", common: "common", email: "much like the e-mail" };

/** @throws PasswordRefused */
export function mustBeGood(password: string, email?: string): void {
  const fault = faultOf(password, email);
  if (fault) throw PasswordRefused({ fault: faults[fault] as "short" });
}

/** Mails a code by which a new password is set, where there is an account. */
export async function remind(self: AuthService, email: string): Promise<void> {
  if (!(await mayWrite(self.guesses, email))) return;
  const account = await kept.byEmail(self.store, email);
  if (account?.status !== "active" && account?.status !== "pending") return;
  await kept.change(self.store, account.id, (found) => {
    const { next, data } = challenged(found, { kind: "reset" });
    return { next, tell: kept.letter(found, { template: "resetPassword", data }) };
  });
}

const line = (text: string): string => text.replace(/\p{Cc}/gu, " ").slice(0, 300);

/** Where a request came from, as a letter says it. */
export const seen = ({ from }: Meta, deviceName?: string) => ({
  device: line(deviceName ?? from?.agent ?? "?"),
  ...(from ? { place: line(from.address) } : {}),
  time: clock.iso(),
});

/** The message that an e-mail was shown to be its account's. */
export const shownToBe = ({ id, email = "" }: rules.AccountBody): Outgoing => ({
  channel: verified.name,
  message: message(verified, { id, email }),
});

/** A mailed code is shown: the e-mail is theirs, and what waited for it comes into force. */
export async function confirm({ store }: AuthService, secret: string, meta: Meta): Promise<void> {
  const hash = rules.hashOf(secret);
  const owner = await kept.byCode(store, hash);
  const confirmed =
    owner &&
    (await kept
      .change(store, owner.id, (account) => {
        const code = rules.codeOf(account, hash, ["verify", "email"], clock.iso());
        if (!code) return undefined;
        const shown = rules.verified(account, code);
        // Whose credential it would be is open: its reader sets a password by another letter.
        const doubt = shown.status === "active" && !rules.canSignIn(shown);
        const { next, data: mailed } = doubt
          ? challenged(shown, { kind: "reset" })
          : { next: shown, data: undefined };
        const anew = mailed ? kept.letter(next, { template: "resetPassword", data: mailed }) : [];
        const { email = "" } = next;
        const isNew = code.kind === "email";
        const act = kept.told(next, isNew ? "changed e-mail" : "verified e-mail", meta, {
          personal: { email, ...(isNew && account.email ? { before: account.email } : {}) },
          by: next.id,
        });
        const data = { newEmail: veiled(email), time: clock.iso() };
        const farewell = isNew ? kept.letter(account, { template: "emailChanged", data }) : [];
        return { next, tell: [act, shownToBe(next), ...farewell, ...anew] };
      })
      .catch(ifTaken));
  if (!confirmed) throw CodeRefused();
}

/** Meanwhile another account has the e-mail. */
const ifTaken = (error: unknown): undefined => {
  if (!isProblem(error, Duplicate)) throw error;
};

/** As much of an e-mail as its owner knows it by: `j***@example.org`. */
const veiled = (email: string): string => email.replace(/^(.).*@/u, "$1***@");

export interface NewPassword {
  rule: (account: AccountDocument) => AccountDocument | undefined;
  act: string;
  meta: Meta;
  /** The session that stays. */
  keep?: string;
}

/**
 * Writes an account with another password, tells its owner, and ends its sessions.
 * @returns undefined when the rule refused
 */
export async function setPassword(
  { store }: AuthService,
  from: Asker,
  id: string,
  { rule, act, meta, keep }: NewPassword,
): Promise<AccountDocument | undefined> {
  let ending: ReturnType<typeof kept.securing> | undefined;
  const saved = await kept.change(store, id, (account) => {
    const next = rule(account);
    if (!next) return undefined;
    ending = kept.securing(next, act, true, keep);
    const note = kept.letter(next, { template: "passwordChanged", data: seen(meta) });
    const first = account.status === "pending" ? [shownToBe(next)] : [];
    return { next, tell: [kept.told(next, act, meta, { by: id }), ending.tell, ...first, ...note] };
  });
  if (saved && ending) await call(from, secure, kept.asOfNow(ending));
  return saved;
}

/** How many admins can sign in: until one can, the operator token may do what an admin may. */
export async function admins({ store }: AuthService): Promise<number> {
  let count = 0;
  for await (const docs of store.each({ roles: "admin", status: "active" })) {
    count += docs.filter(rules.canSignIn).length;
  }
  return count;
}
