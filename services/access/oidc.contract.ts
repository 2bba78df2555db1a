/** Signing in with providers of OpenID Connect that the configuration names. */
import { z } from "zod";
import { Device, DeviceName, SignedIn, Suspended } from "../accounts/account.contract.ts";
import { NotSignedIn, StandIn } from "../accounts/accounts.contract.ts";
import { everyDoor, own } from "../accounts/auth.contract.ts";
import { action } from "../shared/contract.ts";
import { problem } from "../shared/problem.ts";
import { EmailMissing, EmailUnconfirmed, LinkedElsewhere, Provider } from "./linking.contract.ts";

export const ProviderUnknown = problem(
  "PROVIDER_UNKNOWN",
  404,
  {
    en: "There is no provider {provider}. See GET /v1/auth/providers.",
    ru: "Провайдера {provider} нет. Смотрите GET /v1/auth/providers.",
  },
  z.object({ provider: z.string() }),
);
const facts = z.object({ reason: z.string() });
/** It did not answer, or not as providers do: of that the house is not to blame itself. */
export const ProviderFailed = problem(
  "PROVIDER_FAILED",
  502,
  {
    en: "The provider does not answer as it should: {reason}. Try again later, or sign in otherwise.",
    ru: "Провайдер не отвечает как должен ({reason}). Повторите позже или войдите иначе.",
  },
  facts.extend({ outside: z.string() }),
);
export const ProviderRefused = problem(
  "PROVIDER_REFUSED",
  401,
  {
    en: "The provider did not confirm the sign-in: {reason}. Begin it anew.",
    ru: "Провайдер не подтвердил вход ({reason}). Начните заново.",
  },
  facts,
);
export const StateRefused = problem("PROVIDER_STATE_REFUSED", 401, {
  en: "This sign-in was not begun here, by another device, or too long ago. Begin it anew.",
  ru: "Этот вход начат не здесь, на другом устройстве или слишком давно. Начните заново.",
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
/** As the provider sent it back with the code, where it does (RFC 9207). */
const iss = z.string().max(500).optional();
const State = z.string().max(2_000);
/** What providers add beside these is ignored (RFC 6749, 4.1.2). */
const back = z.object({
  state: State,
  code: z.string().max(2_000).optional(),
  iss,
  /** Instead of the code (RFC 6749, 4.1.2.1). */
  error: z.string().max(200).optional(),
});
export const callback = action(
  "oidc.callback",
  back,
  z.strictObject({ state: State, code: z.string(), iss }),
  {
    summary: "Where the provider sends a browser back to: with a device it is what finish wants.",
    route: "GET /v1/auth/providers/callback",
    opens: { public: "guest" },
    secret: true,
    problems: [StateRefused, ProviderRefused],
  },
);
export const finish = action(
  "oidc.finish",
  z.strictObject({
    state: State,
    code: z.string().max(2_000),
    iss,
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
      ProviderRefused,
      EmailUnconfirmed,
      EmailMissing,
      LinkedElsewhere,
      Suspended,
    ],
  },
);
