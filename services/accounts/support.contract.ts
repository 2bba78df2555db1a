/** The second factor; what operators do with accounts; what other actors must know of them. */
import { z } from "zod";
import { action, page, type Route } from "../shared/contract.ts";
import { problem } from "../shared/problem.ts";
import * as account from "./account.contract.ts";
import { AccountId, Email, Language, NotSignedIn, StandIn } from "./accounts.contract.ts";
import { FactorRefused, own } from "./auth.contract.ts";

const { Account, AccountRole, Password, PasswordRefused } = account;

export const AccountNotFound = problem("ACCOUNT_NOT_FOUND", 404, {
  en: "There is no such account. See `bijou accounts list`.",
  ru: "Такого аккаунта нет. Смотрите `bijou accounts list`.",
});
export const EmailTaken = problem("EMAIL_TAKEN", 409, {
  en: "Another account has this e-mail. See `bijou accounts list --email`.",
  ru: "Этот адрес занят другим аккаунтом. Смотрите `bijou accounts list --email`.",
});
export const RoleBeyond = problem("ROLE_BEYOND", 403, {
  en: "Where admins and operators are concerned, only an admin may do this. Ask one.",
  ru: "Когда речь об администраторах и операторах, это может только администратор.",
});
export const FactorState = problem("SECOND_FACTOR_STATE", 409, {
  en: "The second factor is not in the state for this. See GET /v1/auth/account; begin it anew.",
  ru: "Второй фактор не в том состоянии. Проверьте GET /v1/auth/account и начните заново.",
});

const nothing = z.strictObject({});
const problems = [NotSignedIn, StandIn, FactorState];
const dangerous = { opens: own, stepUp: true, secret: true, problems };
const Codes = z.strictObject({ backupCodes: z.array(z.string()) });
const Secret = z.strictObject({ secret: z.string(), uri: z.string() });

export const beginFactor = action("auth.beginFactor", nothing, Secret, {
  ...dangerous,
  summary: "A secret for an authenticator app, as text and as `otpauth:` for a QR code.",
  route: "POST /v1/auth/factor",
});
const shown = z.strictObject({ code: account.FactorCode });
export const confirmFactor = action("auth.confirmFactor", shown, Codes, {
  ...dangerous,
  summary: "The app has it: from now on its code is wanted. Backup codes are shown this once.",
  route: "POST /v1/auth/factor/confirm",
  problems: [...problems, FactorRefused],
});
export const backupCodes = action("auth.backupCodes", nothing, Codes, {
  ...dangerous,
  summary: "Other backup codes; those from before are void.",
  route: "POST /v1/auth/factor/backup-codes",
});
export const removeFactor = action("auth.removeFactor", nothing, Account, {
  ...dangerous,
  summary: "Signs in without the second factor again.",
  route: "DELETE /v1/auth/factor",
});

const admin = { admin: "operator" } as const;
const beyond = [AccountNotFound, RoleBeyond];
const one = z.strictObject({ id: AccountId });
const why = one.extend({ reason: z.string().trim().min(1).max(300) });
const wanted = z.strictObject({
  email: Email,
  /** Without one a letter asks for it. */
  password: Password.optional(),
  roles: z.array(AccountRole).min(1).default(["viewer"]),
  language: Language.optional(),
});
const filters = z.strictObject({
  email: Email.optional(),
  role: AccountRole.optional(),
  status: account.Status.optional(),
  limit: z.int().min(1).max(100).default(20),
  cursor: z.string().max(1_000).optional(),
});
const allowed = { opens: admin, problems: beyond };
const operators = <P extends z.ZodType>(
  verb: string,
  route: Route,
  params: P,
  summary: string,
  more = {},
) => action(`auth.${verb}`, params, Account, { ...allowed, summary, route, ...more });

export const create = operators("create", "POST /v1/accounts", wanted, "An account, verified.", {
  status: 201,
  stepUp: true,
  problems: [EmailTaken, PasswordRefused, RoleBeyond],
});
export const list = action("auth.list", filters, page(Account), {
  summary: "Accounts, the newest first.",
  route: "GET /v1/accounts",
  opens: admin,
});
export const show = operators("show", "GET /v1/accounts/{id}", one, "One account.");
const path = "POST /v1/accounts/{id}" as const;
export const suspend = operators("suspend", `${path}/suspend`, why, "Nobody gets in any more.");
export const restore = operators("restore", `${path}/restore`, why, "Takes a suspension back.");
const roles = one.extend({ roles: z.array(AccountRole).min(1) });
export const setRoles = operators("setRoles", "PUT /v1/accounts/{id}/roles", roles, "Its roles.", {
  stepUp: true,
});
export const impersonate = action("auth.impersonate", why, account.AccessToken, {
  summary: "A short token to act as somebody: shown among their sessions, and on record.",
  ...{ route: `${path}/impersonate`, opens: admin, secret: true, stepUp: true },
  problems: [...beyond, account.Suspended],
});

/** How far a deed needs the account as it is now: for other actors, by no door. */
export const Facts = Account.pick({ id: true, status: true, roles: true, language: true }).extend({
  email: Email.nullable(),
});
export const facts = action("auth.facts", one, Facts, {
  summary: "Whether an account may act, and as what.",
  problems: [AccountNotFound],
  idempotent: true,
});
export const admins = action("auth.admins", nothing, z.strictObject({ count: z.int() }), {
  summary: "How many active admins there are: while none, the operator token stands in.",
  idempotent: true,
});
