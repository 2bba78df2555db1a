/** What the owner of an account does, known by a session or by a mailed code. */
import type { z } from "zod";
import { mayWrite } from "../../mixins/guesses/letters.ts";
import { secure } from "../access/ending.contract.ts";
import { LastWay, NotLinked } from "../access/linking.contract.ts";
import * as sessions from "../access/sessions.contract.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import { call } from "../shared/wire.ts";
import { passwordReset } from "./account.contract.ts";
import * as rules from "./account.ts";
import { ownerOf } from "./accounts.contract.ts";
import { type stepUp as asked, CodeRefused, type reset, SignInRefused } from "./auth.contract.ts";
import * as kept from "./auth.store.ts";
import { challenged, mustBeGood, setPassword } from "./credentials.store.ts";
import { forgive, spendCode, suspects } from "./factor.store.ts";
import type { Asked } from "./signing.store.ts";
import { AccountNotFound } from "./support.contract.ts";

type AuthService = kept.AuthService;
type AccountDocument = kept.AccountDocument;

/** @throws AccountNotFound */
export async function found(self: AuthService, id: string): Promise<kept.AccountDocument> {
  const account = await self.store.get(id);
  if (!account) throw AccountNotFound();
  return account;
}

/** The account of who asks. @throws NotSignedIn, StandIn, Suspended */
export async function mine(self: AuthService, meta: Meta, inPerson = true) {
  const account = await found(self, ownerOf(meta, inPerson).id);
  kept.mustBeActive(account);
  return account;
}

/** Answers at once: what is done takes longer for some e-mails than for others. */
export function inTime(self: AuthService, work: Promise<unknown>): { accepted: true } {
  self.later.add(work);
  return { accepted: true };
}

/** Shows the password of the account. @throws SignInRefused, TOO_MANY_GUESSES */
export async function shows(
  self: AuthService,
  { meta }: Asked,
  account: AccountDocument,
  password: string,
): Promise<void> {
  const suspected = suspects(`password:${account.id}`, undefined, meta);
  await self.guesses.attempt(suspected);
  if (!(await self.hasher.verify(account.password, password))) throw SignInRefused();
  forgive(self, suspected);
}

/** Shows the second factor, or the password where there is none. @throws as those that it asks */
export async function stepUp(
  self: AuthService,
  ctx: Asked,
  { code = "", password = "" }: z.output<typeof asked.params>,
) {
  const account = await mine(self, ctx.meta);
  const { session = "" } = ownerOf(ctx.meta);
  if (account.factor) await spendCode(self, ctx.meta, account, code);
  else await shows(self, ctx, account, password);
  const amr = account.factor ? "otp" : "pwd";
  return call(ctx, sessions.stepUp, { session, account: account.id, amr });
}

/** Another password; without one before, a step-up was enough. All other sessions end. */
export async function changePassword(
  self: AuthService,
  ctx: Asked,
  { current = "", password: wanted }: { current?: string | undefined; password: string },
): Promise<void> {
  const account = await mine(self, ctx.meta);
  mustBeGood(wanted, account.email);
  if (account.password) await shows(self, ctx, account, current);
  const password = await self.hasher.hash(wanted);
  const { session } = ownerOf(ctx.meta);
  await setPassword(self, ctx, account.id, {
    rule: (found) => rules.withPassword(found, password),
    act: "changed password",
    meta: ctx.meta,
    ...(session ? { keep: session } : {}),
  });
}

/** A new password by a mailed code. @throws CodeRefused, PasswordRefused */
export async function resetPassword(
  self: AuthService,
  ctx: Asked,
  { code, password: wanted }: z.output<typeof reset.params>,
): Promise<void> {
  const hash = rules.hashOf(code);
  const account = await kept.byCode(self.store, hash);
  const isGood = (found: rules.AccountBody) => rules.codeOf(found, hash, ["reset"], clock.iso());
  if (!account || !isGood(account)) throw CodeRefused();
  mustBeGood(wanted, account.email);
  const password = await self.hasher.hash(wanted);
  const saved = await setPassword(self, ctx, account.id, {
    rule: (found) => (isGood(found) ? rules.withPassword(found, password) : undefined),
    act: passwordReset,
    meta: ctx.meta,
  });
  if (!saved) throw CodeRefused();
}

/** Signs in with a provider no more; what was signed in elsewhere ends. @throws NotLinked, LastWay */
export async function unlink(self: AuthService, ctx: Asked, provider: string) {
  const { id } = await mine(self, ctx.meta);
  const { session } = ownerOf(ctx.meta);
  const act = "unlinked a provider";
  let ending: ReturnType<typeof kept.securing> | undefined;
  const after = await kept.change(self.store, id, (account) => {
    const isLinked = account.identities.some((one) => rules.providerOf(one) === provider);
    if (!isLinked) throw NotLinked({ provider });
    const next = rules.unlinked(account, provider);
    if (!next) throw LastWay();
    ending = kept.securing(next, act, true, session);
    const done = kept.told(next, act, ctx.meta, { by: id, facts: { provider } });
    return { next, tell: [done, ending.tell] };
  });
  if (!after || !ending) throw NotLinked({ provider });
  await call(ctx, secure, kept.asOfNow(ending));
  return after;
}

/** Mails a code to the e-mail that is wanted; to one that is taken, that it is. */
export async function askForEmail(
  self: AuthService,
  id: string,
  email: string,
  meta: Meta,
): Promise<void> {
  if (!(await mayWrite(self.guesses, email))) return;
  const taken = await kept.byEmail(self.store, email);
  await kept.change(self.store, id, (account) => {
    const act = kept.told(account, "asked for another e-mail", meta, { personal: { email } });
    if (taken) {
      const letter = kept.letter(account, { template: "alreadyRegistered", data: {} }, email);
      return { next: account, tell: [act, ...letter] };
    }
    const { next, data } = challenged(account, { kind: "email", email });
    return { next, tell: [act, ...kept.letter(next, { template: "verifyEmail", data }, email)] };
  });
}
