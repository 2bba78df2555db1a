/**
 * OpenID Connect: sends people to the providers that the configuration names, and takes them back.
 * Between the two halves nothing is kept here: the state holds it, sealed, for one device and ten
 * minutes. Whose account it is, auth decides.
 */
import type { Service, ServiceSchema } from "moleculer";
import { z } from "zod";
import { env } from "../../config/env.ts";
import { breakers } from "../../config/resilience.ts";
import { keptSecret } from "../../config/secrets.ts";
import { isAway, Provider, reasonOf, type Secrets } from "../../mixins/oidc.ts";
import { BreakerOpen } from "../../mixins/resilience/failure.ts";
import { sealing } from "../../mixins/sealing.ts";
import { Email, ownerOf } from "../accounts/accounts.contract.ts";
import { clock } from "../shared/clock.ts";
import { isProblem } from "../shared/problem.ts";
import { call, wiring } from "../shared/wire.ts";
import { hashOf } from "./family.ts";
import { federated } from "./linking.contract.ts";
import * as oidc from "./oidc.contract.ts";

interface OidcService extends Service {
  providers: Map<string, Provider>;
}

/** What the state holds, sealed. */
const State = z.strictObject({
  provider: z.string(),
  device: z.string(),
  verifier: z.string(),
  nonce: z.string(),
  until: z.number(),
  /** Who is to be linked. */
  account: z.string().optional(),
});

const { PUBLIC_URL, OIDC_PROVIDERS } = env.accounts;
const stateMs = 10 * 60_000;
const states = sealing(keptSecret(env.house.DATA_DIR, "accounts"), "oidc-state");
const settings = new Map(OIDC_PROVIDERS.map((one) => [one.id, one]));
const redirectOf = (id: string): string =>
  settings.get(id)?.redirectUri ?? new URL("/v1/auth/providers/callback", PUBLIC_URL).href;
const { serve } = wiring<OidcService>();

export default {
  name: "oidc",

  actions: {
    ...serve(oidc.providers, () => ({
      items: OIDC_PROVIDERS.map(({ id, issuer }) => ({ id, issuer })),
    })),

    ...serve(oidc.begin, function ({ params }) {
      return begin(this, params);
    }),

    ...serve(oidc.link, function ({ params, meta }) {
      return begin(this, { ...params, account: ownerOf(meta, true).id });
    }),

    ...serve(oidc.callback, ({ params: { state, code, iss, error } }) => {
      opened(state);
      if (error || !code)
        throw oidc.ProviderRefused({
          reason: /^\w{1,50}$/.exec(error ?? "")?.[0] ?? "there is no code",
        });
      return { state, code, ...(iss ? { iss } : {}) };
    }),

    ...serve(oidc.finish, async function (ctx) {
      const { state, code, iss, ...on } = ctx.params;
      const kept = opened(state, on.device);
      // A link ends in the session that began it: else a stranger's sign-in could be slipped in.
      if (kept.account && ctx.meta.caller?.id !== kept.account) throw oidc.StateRefused();
      const provider = providerOf(this, kept.provider);
      const back = { state, code, iss };
      const redirectUri = redirectOf(kept.provider);
      const who = await asked(this, kept.provider, () =>
        provider.finish(back, { ...kept, redirectUri }),
      );
      const email = Email.safeParse(who.email);
      const trusted = settings.get(kept.provider)?.trustsEmail === true;
      return call(ctx, federated, {
        ...on,
        provider: kept.provider,
        subject: who.subject,
        ...(email.success ? { email: email.data } : {}),
        emailVerified: trusted && who.emailVerified,
        ...(kept.account ? { account: kept.account } : {}),
      });
    }),
  },

  created(this: OidcService) {
    this.providers = new Map(OIDC_PROVIDERS.map((one) => [one.id, new Provider(one)]));
  },
} as unknown as ServiceSchema;

/** @throws ProviderUnknown */
function providerOf({ providers }: OidcService, id: string): Provider {
  const provider = providers.get(id);
  if (!provider) throw oidc.ProviderUnknown({ provider: id });
  return provider;
}

/**
 * What a provider answers. Whoever does not answer is left alone for a while.
 * @throws ProviderFailed, ProviderRefused, BREAKER_OPEN
 */
async function asked<T>({ logger }: OidcService, id: string, task: () => Promise<T>): Promise<T> {
  const told = (error: unknown) => {
    logger[isAway(error) ? "warn" : "info"](
      `The provider ${id} did not confirm a sign-in:`,
      (error as Error).message,
    );
    return { reason: reasonOf(error) };
  };
  const answer = await breakers
    .of(`oidc:${id}`)
    .run(async () => {
      try {
        return { value: await task() };
      } catch (error) {
        if (isAway(error)) throw error;
        return told(error);
      }
    })
    .catch((error: unknown) => {
      if (isProblem(error, BreakerOpen)) throw error;
      throw oidc.ProviderFailed({ ...told(error), outside: id });
    });
  if ("value" in answer) return answer.value;
  throw oidc.ProviderRefused(answer);
}

function begin(
  self: OidcService,
  { provider: id, device, account }: { provider: string; device: string; account?: string },
) {
  const provider = providerOf(self, id);
  const until = clock.now() + stateMs;
  const rest = { provider: id, device: hashOf(device), until, ...(account ? { account } : {}) };
  const sealed = (secrets: Secrets) => states.seal(JSON.stringify({ ...rest, ...secrets }));
  return asked(self, id, () => provider.begin(sealed, redirectOf(id)));
}

/** What a state holds, shown by the device that began it, if that is known. @throws StateRefused */
function opened(sealed: string, device?: string): z.output<typeof State> {
  const text = states.open(sealed);
  const read = State.safeParse(text ? JSON.parse(text) : undefined);
  if (!read.success || read.data.until <= clock.now()) throw oidc.StateRefused();
  if (device !== undefined && read.data.device !== hashOf(device)) throw oidc.StateRefused();
  return read.data;
}
