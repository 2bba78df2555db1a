/**
 * How providers come to an account and leave it again: what auth answers for; the way to a provider
 * and back is the business of `oidc`.
 */
import { z } from "zod";
import { Account, Device, DeviceName, SignedIn } from "../accounts/account.contract.ts";
import { AccountId, Email, Language, NotSignedIn, StandIn } from "../accounts/accounts.contract.ts";
import { own } from "../accounts/auth.contract.ts";
import { action } from "../shared/contract.ts";
import { problem } from "../shared/problem.ts";

/** How a provider is called in paths and in the links kept with an account. */
export const Provider = z.string().regex(/^[a-z0-9-]{1,30}$/);
/** The same whether there is such an account or not. */
export const EmailUnconfirmed = problem("PROVIDER_EMAIL_UNCONFIRMED", 403, {
  en: "The provider's word for your e-mail is not enough. A letter says how to go on.",
  ru: "Подтверждения адреса от провайдера недостаточно. Что делать дальше, сказано в письме.",
});
export const EmailMissing = problem("PROVIDER_EMAIL_MISSING", 422, {
  en: "The provider does not tell your e-mail. Allow it to, or register with a password.",
  ru: "Провайдер не сообщает ваш адрес. Разрешите это или зарегистрируйтесь с паролем.",
});
export const LinkedElsewhere = problem("PROVIDER_LINKED_ELSEWHERE", 409, {
  en: "This sign-in belongs to another account here. Sign in with it, or remove it there.",
  ru: "Этот вход привязан к другому аккаунту. Войдите через него или отвяжите его там.",
});

/** What a provider has confirmed; from oidc to auth alone. */
export const federated = action(
  "auth.federated",
  z.strictObject({
    provider: Provider,
    subject: z.string().min(1).max(255),
    email: Email.optional(),
    /** The provider says so and is trusted with it. */
    emailVerified: z.boolean(),
    language: Language.optional(),
    account: AccountId.optional(),
    device: Device,
    deviceName: DeviceName.optional(),
  }),
  SignedIn,
  { summary: "Signs in, links or makes the account that a provider vouches for." },
);

export const NotLinked = problem(
  "PROVIDER_NOT_LINKED",
  404,
  {
    en: "Your account is not linked with {provider}. See GET /v1/auth/account.",
    ru: "Аккаунт не связан с {provider}. Смотрите GET /v1/auth/account.",
  },
  z.object({ provider: z.string() }),
);
export const LastWay = problem("PROVIDER_LAST_WAY", 409, {
  en: "You could not sign in any more. Set a password first, at POST /v1/auth/password.",
  ru: "Вы больше не смогли бы войти. Сначала задайте пароль: POST /v1/auth/password.",
});
export const unlink = action("auth.unlink", z.strictObject({ provider: Provider }), Account, {
  summary: "Signs in with a provider no more; other sessions end.",
  route: "DELETE /v1/auth/providers/{provider}",
  opens: own,
  stepUp: true,
  problems: [NotSignedIn, StandIn, NotLinked, LastWay],
});
