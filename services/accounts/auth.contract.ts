/** Signing in and up, passwords and e-mail: what one does with one's own account. */
import { z } from "zod";
import { action, type OptionsOf, type Role, type Route } from "../shared/contract.ts";
import { problem } from "../shared/problem.ts";
import * as account from "./account.contract.ts";
import { Email, Language, NotSignedIn, personalOf, StandIn } from "./accounts.contract.ts";

const { Device, DeviceName, MailedCode, FactorCode, Password } = account;
const { PasswordRefused, Suspended } = account;

export const SignInRefused = problem("SIGN_IN_REFUSED", 401, {
  en: "E-mail or password is wrong, or the e-mail is not confirmed: see the letter. Or reset the password.",
  ru: "Неверный адрес или пароль, либо адрес не подтверждён: смотрите письмо. Или сбросьте пароль.",
});
export const CodeRefused = problem("CODE_REFUSED", 422, {
  en: "The code is not the one that was sent, was used, or is too old. Ask for a new one.",
  ru: "Код неверен, уже использован или устарел. Запросите новый.",
});
export const ChallengeRefused = problem("CHALLENGE_REFUSED", 401, {
  en: "The sign-in took too long, or came from another device. Begin it anew.",
  ru: "Вход занял слишком много времени или начат на другом устройстве. Начните заново.",
});
export const FactorRefused = problem("SECOND_FACTOR_REFUSED", 401, {
  en: "The code is wrong or was used already. Wait for the app's next one, or use a backup code.",
  ru: "Код неверен или уже использован. Дождитесь следующего или введите резервный.",
});

const at = <R extends Role>(role: R) =>
  ({ public: role, seller: role, logistics: role, admin: role }) as const;
/** Where one may sign in: operators have no other door than theirs. */
export const everyDoor = at("guest");
export const own = at("viewer");
const guest = { public: "guest" } as const;
const asks = <P extends z.ZodType, R extends z.ZodType>(
  route: Route,
  verb: string,
  params: P,
  result: R,
  options: OptionsOf<P>,
) => action(`auth.${verb}`, params, result, { route, secret: true, ...options });

/** Says nothing of whether there was anything to do. */
const Accepted = z.strictObject({ accepted: z.literal(true) });
const credentials = z.strictObject({ email: Email, password: Password });
const device = { device: Device, deviceName: DeviceName.optional() };
const begin = credentials.extend({ language: Language.optional() });

export const register = asks("POST /v1/auth/register", "register", begin, Accepted, {
  summary: "A new account; a letter says how to go on.",
  opens: guest,
  status: 202,
  problems: [PasswordRefused],
});
const code = z.strictObject({ code: MailedCode });
export const verify = asks("POST /v1/auth/verify", "verify", code, Accepted, {
  summary: "The e-mail is mine: here is the code that was sent there.",
  opens: guest,
  problems: [CodeRefused],
});
const known = credentials.extend(device);
export const signIn = asks("POST /v1/auth/sign-in", "signIn", known, account.SignedIn, {
  summary: "Begins a session with e-mail and password.",
  ...{ opens: everyDoor, key: "email" },
  problems: [SignInRefused, Suspended],
});
const challenged = z.strictObject({
  challenge: z.string().max(2_000),
  code: FactorCode,
  ...device,
});
export const factor = asks("POST /v1/auth/sign-in/factor", "factor", challenged, account.Tokens, {
  summary: "Ends a sign-in that wanted the second factor.",
  opens: everyDoor,
  problems: [ChallengeRefused, FactorRefused, Suspended],
});
const whose = z.strictObject({ email: Email });
export const forgot = asks("POST /v1/auth/password/forgot", "forgot", whose, Accepted, {
  summary: "Has a code mailed by which a new password is set.",
  opens: guest,
  status: 202,
});
const anew = code.extend({ password: Password });
export const reset = asks("POST /v1/auth/password/reset", "reset", anew, Accepted, {
  summary: "A new password by a mailed code; all sessions end.",
  opens: guest,
  problems: [CodeRefused, PasswordRefused],
});
const passwords = z.strictObject({ current: Password.optional(), password: Password });
export const changePassword = asks(
  "POST /v1/auth/password",
  "changePassword",
  passwords,
  Accepted,
  {
    summary: "Another password; all other sessions end. `current` unless there was none.",
    opens: own,
    stepUp: true,
    problems: [SignInRefused, PasswordRefused, NotSignedIn, StandIn],
  },
);
export const changeEmail = asks("POST /v1/auth/email", "changeEmail", whose, Accepted, {
  summary: "Another e-mail, once the code sent there is shown to `auth.verify`.",
  opens: own,
  status: 202,
  stepUp: true,
  problems: [NotSignedIn, StandIn],
});
const fresh = z.strictObject({ password: Password.optional(), code: FactorCode.optional() });
export const stepUp = asks("POST /v1/auth/step-up", "stepUp", fresh, account.AccessToken, {
  summary: "Shows the second factor, or the password where there is none, for dangerous actions.",
  opens: own,
  problems: [SignInRefused, FactorRefused, NotSignedIn, StandIn],
});
export const me = asks("GET /v1/auth/account", "me", z.strictObject({}), account.Account, {
  summary: "My account: how I sign in and what I may.",
  opens: own,
  problems: [NotSignedIn],
});
export const personal = personalOf("auth");
