/** The second factor: begun, confirmed, shown, taken away. And who must wait before a next guess. */
import { randomBytes } from "node:crypto";
import { forAccount, forAddress } from "../../mixins/guesses/delay.ts";
import type { Suspect } from "../../mixins/guesses/guesses.ts";
import { bucketOf } from "../../mixins/limits/address.ts";
import { newTotp, periodOf } from "../../mixins/totp.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import * as rules from "./account.ts";
import { FactorRefused } from "./auth.contract.ts";
import * as kept from "./auth.store.ts";
import { FactorState } from "./support.contract.ts";

type AuthService = kept.AuthService;
type AccountDocument = kept.AccountDocument;

/**
 * Who is made to wait for a guess at an account. A device that its owner has signed in with has a
 * count of its own: strangers cannot keep the owner out.
 */
export function suspects(key: string, device: string | undefined, { from }: Meta): Suspect[] {
  if (device) return [{ key: `${key}|${rules.hashOf(device)}`, patience: forAccount }];
  return [
    { key, patience: forAccount },
    ...(from ? [{ key: `address:${bucketOf(from.address)}`, patience: forAddress }] : []),
  ];
}

/** What was a guess turns out to be the owner. */
export function forgive({ guesses }: AuthService, [account, address]: Suspect[]): void {
  if (account) guesses.forgive(account.key);
  if (address) guesses.refund(address.key);
}

/** Slows who asks for letters and accounts by the hundred. @throws TOO_MANY_GUESSES */
export const slowed = async ({ guesses }: AuthService, what: string, { from }: Meta) => {
  if (from)
    await guesses.attempt([{ key: `${what}:${bucketOf(from.address)}`, patience: forAddress }]);
};

/** Uses up a code of the app or of the backup. @throws FactorRefused, TOO_MANY_GUESSES */
export async function spendCode(
  self: AuthService,
  meta: Meta,
  account: AccountDocument,
  code: string,
  device?: string,
): Promise<AccountDocument> {
  const known = device && rules.knows(account, device) ? device : undefined;
  const suspected = suspects(`factor:${account.id}`, known, meta);
  await self.guesses.attempt(suspected);
  const after = await kept.change(self.store, account.id, (found) => {
    const left = found.factor && spend(self, found.factor, code);
    if (!left) return undefined;
    const isBackup = left.backup.length < (found.factor?.backup.length ?? 0);
    const facts = { left: left.backup.length };
    const act = kept.told(found, "used a backup code", meta, { by: account.id, facts });
    return { next: { ...found, factor: left }, ...(isBackup ? { tell: [act] } : {}) };
  });
  if (!after) throw FactorRefused();
  forgive(self, suspected);
  return after;
}

/** The factor without the code; undefined when it is none of its codes, or was used before. */
function spend(
  { factors }: AuthService,
  factor: rules.SecondFactor,
  code: string,
): rules.SecondFactor | undefined {
  if (!/^\d{6}$/.test(code)) {
    const hash = rules.hashOf(plain(code));
    const backup = factor.backup.filter((one) => one !== hash);
    return backup.length < factor.backup.length ? { ...factor, backup } : undefined;
  }
  const period = periodOf(factors.open(factor.sealed) ?? "", code, clock.now());
  return period !== undefined && period > factor.last ? { ...factor, last: period } : undefined;
}

const plain = (code: string): string => code.toLowerCase().replaceAll("-", "");
const beginMs = 15 * 60_000;
const backupCount = 10;
const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

/** Eighty bits in four groups: too much chance for their hashes to be guessed. */
function newBackupCode(): string {
  const letters = Array.from(randomBytes(16), (byte) => alphabet[byte % 32]).join("");
  return letters.replace(/(.{4})(?=.)/g, "$1-");
}
const newBackupCodes = () => Array.from({ length: backupCount }, newBackupCode);
const hashesOf = (codes: string[]) => codes.map((code) => rules.hashOf(plain(code)));

/** A secret for an app; it is not asked for before it was confirmed. @throws FactorState */
export async function beginFactor(self: AuthService, id: string) {
  const until = new Date(clock.now() + beginMs).toISOString();
  let made: ReturnType<typeof newTotp> | undefined;
  await kept.change(self.store, id, (account) => {
    if (account.factor) return undefined;
    made = newTotp(account.email ?? account.id);
    const begun = { sealed: self.factors.seal(made.secret), until };
    return { next: { ...account, begun, tidyAt: account.tidyAt ?? until } };
  });
  if (!made) throw FactorState();
  return made;
}

const changedLetter = (account: rules.AccountBody, enabled: boolean) =>
  kept.letter(account, {
    template: "secondFactorChanged",
    data: { enabled, time: clock.iso() },
  });

/** The app shows a code of the secret. @throws FactorState, FactorRefused */
export async function confirmFactor(self: AuthService, id: string, code: string, meta: Meta) {
  const codes = newBackupCodes();
  const now = clock.now();
  const after = await kept.change(self.store, id, ({ begun, ...account }) => {
    if (!begun || begun.until <= clock.iso()) throw FactorState();
    const period = periodOf(self.factors.open(begun.sealed) ?? "", code, now);
    if (period === undefined) throw FactorRefused();
    const factor = { sealed: begun.sealed, last: period, backup: hashesOf(codes) };
    const act = kept.told(account, "added the second factor", meta);
    return { next: { ...account, factor }, tell: [act, ...changedLetter(account, true)] };
  });
  if (!after) throw FactorState();
  return { backupCodes: codes };
}

/** Other backup codes in the place of those there are. @throws FactorState */
export async function renewCodes(self: AuthService, id: string, meta: Meta) {
  const codes = newBackupCodes();
  const after = await kept.change(self.store, id, (account) => {
    if (!account.factor) return undefined;
    const factor = { ...account.factor, backup: hashesOf(codes) };
    return { next: { ...account, factor }, tell: [kept.told(account, "made backup codes", meta)] };
  });
  if (!after) throw FactorState();
  return { backupCodes: codes };
}

/** @throws FactorState */
export async function removeFactor(self: AuthService, id: string, meta: Meta) {
  const after = await kept.change(self.store, id, ({ factor, ...account }) => {
    if (!factor) return undefined;
    const act = kept.told(account, "removed the second factor", meta);
    return { next: account, tell: [act, ...changedLetter(account, false)] };
  });
  if (!after) throw FactorState();
  return after;
}
