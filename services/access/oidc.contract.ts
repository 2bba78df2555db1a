/** Signing in with providers of OpenID Connect that the configuration names. */
import { z } from "zod";
import { Device, DeviceName, SignedIn, Suspended } from "../accounts/account.contract.ts";
import { AccountId, Email, Language } from "../accounts/accounts.contract.ts";
import { everyDoor, own } from "../accounts/auth.contract.ts";
import { NotSignedIn, StandIn } from "../accounts/caller.contract.ts";
import { action } from "../shared/contract.ts";
import { problem } from "../shared/problem.ts";

const Provider = z.string().regex(/^[a-z0-9-]{1,30}$/);
export const ProviderUnknown = problem(
  "PROVIDER_UNKNOWN",
  404,
  {
    en: "There is no provider {provider}. See GET /v1/auth/providers.",
    ru: "Провайдера {provider} нет. Смотрите GET /v1/auth/providers.",
  },
  z.object({ provider: z.string() }),
);
export const ProviderFailed = problem(
  "PROVIDER_FAILED",
  502,
  {
    en: "The provider did not confirm the sign-in: {reason}. Begin it anew.",
    ru: "Провайдер не подтвердил вход ({reason}). Начните заново.",
  },
  z.object({ reason: z.string() }),
);
export const StateRefused = problem("PROVIDER_STATE_REFUSED", 401, {
  en: "This sign-in was not begun here, by another device, or too long ago. Begin it anew.",
  ru: "Этот вход начат не здесь, на другом устройстве или слишком давно. Начните заново.",
});
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

const Begun = z.strictObject({
  /** Where to send the person. */
  url: z.url(),
  /** To be shown with the code that comes back; compare it with the one that does. */
  state: z.string(),
});
const begun = z.strictObject({ provider: Provider, device: Device });
export const providers = action(
  "oidc.providers",
  z.strictObject({}),
  z.strictObject({ items: z.array(z.strictObject({ id: Provider, issuer: z.url() })) }),
  { summary: "Who one may sign in with.", route: "GET /v1/auth/providers", opens: everyDoor },
);
export const begin = action("oidc.begin", begun, Begun, {
  summary: "Begins a sign-in with a provider.",
  route: "POST /v1/auth/providers/{provider}/begin",
  opens: everyDoor,
  problems: [ProviderUnknown, ProviderFailed],
});
export const link = action("oidc.link", begun, Begun, {
  summary: "Begins to link my account with a provider: `oidc.finish` ends it.",
  route: "POST /v1/auth/providers/{provider}/link",
  opens: own,
  stepUp: true,
  problems: [NotSignedIn, StandIn, ProviderUnknown, ProviderFailed],
});
export const finish = action(
  "oidc.finish",
  z.strictObject({
    state: z.string().max(2_000),
    code: z.string().max(2_000),
    /** As the provider sent it back with the code, where it does (RFC 9207). */
    iss: z.string().max(500).optional(),
    device: Device,
    deviceName: DeviceName.optional(),
  }),
  SignedIn,
  {
    summary: "Ends a sign-in with what the provider sent back.",
    route: "POST /v1/auth/providers/finish",
    secret: true,
    opens: everyDoor,
    problems: [
      StateRefused,
      ProviderFailed,
      EmailUnconfirmed,
      EmailMissing,
      LinkedElsewhere,
      Suspended,
    ],
  },
);
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
