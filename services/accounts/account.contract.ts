/** What an account is, to those who ask about it, and what can be wrong with signing in. */
import { z } from "zod";
import { channel } from "../shared/contract.ts";
import { problem } from "../shared/problem.ts";
import { AccountId, Email, Language } from "./accounts.contract.ts";

/** The strongest first. */
export const AccountRole = z.enum([
  "admin",
  "operator",
  "moderator",
  "seller",
  "courier",
  "viewer",
]);
export type AccountRole = z.output<typeof AccountRole>;
export const Status = z.enum(["pending", "active", "suspended", "erased"]);

/** Made by the client once, and kept: a session belongs to the device that began it. */
export const Device = z.string().regex(/^[\w-]{16,100}$/, "16 to 100 letters, digits, _ and -");
export const DeviceName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, "no control characters");
/** How long and how good is the policy's business. */
export const Password = z.string().min(1).max(1_024);
/** A secret that was mailed. */
export const MailedCode = z.string().regex(/^[\w-]{20,100}$/, "the code of the letter");
/** Of an app, six digits; or a backup code. */
export const FactorCode = z
  .string()
  .trim()
  .regex(/^(\d{6}|[a-z2-7-]{16,25})$/i, "six digits, or a backup code");

export const Account = z.strictObject({
  id: AccountId,
  email: Email.nullable(),
  status: Status,
  roles: z.array(AccountRole),
  language: Language,
  /** Whether there is one; else it is signed in with a provider. */
  password: z.boolean(),
  secondFactor: z.boolean(),
  /** Backup codes that are left. */
  backupCodes: z.int(),
  /** Providers that it is linked with. */
  providers: z.array(z.string()),
  suspended: z.strictObject({ reason: z.string(), at: z.iso.datetime() }).nullable(),
  createdAt: z.iso.datetime(),
});
export type Account = z.output<typeof Account>;

export const AccessToken = z.strictObject({
  accessToken: z.string(),
  tokenType: z.literal("Bearer"),
  /** Seconds. */
  expiresIn: z.int(),
});
export const Tokens = AccessToken.extend({
  refreshToken: z.string(),
  session: z.uuid(),
});
export type Tokens = z.output<typeof Tokens>;
/** Signed in; or the second factor is wanted: ask `auth.factor` with the challenge. */
export const SignedIn = z.union([
  Tokens,
  z.strictObject({ challenge: z.string(), expiresIn: z.int() }),
]);

/** `why` of a mailed code's new password: who else had a way in is not known then. */
export const passwordReset = "reset password";
/** Credentials changed, or roles: sessions begun before are ended, or told to fetch new tokens. */
export const secured = channel(
  "accounts.secured.v1",
  z.strictObject({
    id: AccountId,
    at: z.iso.datetime(),
    /** False where access tokens only are refused: the roles in them are no longer right. */
    ends: z.boolean(),
    /** The session that stays. */
    keep: z.uuid().optional(),
    why: z.string(),
  }),
  ({ id }) => id,
);

export const EmailUnverified = problem("EMAIL_UNVERIFIED", 403, {
  en: "The e-mail is not verified yet. Follow the letter; to get another one, register again.",
  ru: "Адрес ещё не подтверждён. Откройте письмо; чтобы получить новое, зарегистрируйтесь снова.",
});
export const Suspended = problem("ACCOUNT_SUSPENDED", 403, {
  en: "The account is suspended. Write to the support.",
  ru: "Аккаунт заблокирован. Обратитесь в поддержку.",
});
export const PasswordRefused = problem(
  "PASSWORD_REFUSED",
  422,
  {
    en: "The password is too {fault}. Take one of 10 to 256 characters that nobody would guess.",
    ru: "Пароль не подходит ({fault}). Возьмите от 10 до 256 знаков, которые никто не угадает.",
  },
  z.object({ fault: z.enum(["short", "long", "common", "much like the e-mail"]) }),
);
