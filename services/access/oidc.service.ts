/**
 * OpenID Connect: sends people to the providers that the configuration names, and takes them back.
 * Between the two halves nothing is kept here: the state holds it, sealed, for one device and ten
 * minutes. Whose account it is, auth decides.
 */
import type { Service, ServiceSchema } from "moleculer";
import { z } from "zod";
import { env } from "../../config/env.ts";
import { keptSecret } from "../../config/secrets.ts";
import { Provider, reasonOf } from "../../mixins/oidc.ts";
import { sealing } from "../../mixins/sealing.ts";
import { Email } from "../accounts/accounts.contract.ts";
import { ownerOf } from "../accounts/caller.contract.ts";
import { clock } from "../shared/clock.ts";
import { call, wiring } from "../shared/wire.ts";
import { hashOf } from "./family.ts";
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
  settings.get(id)?.redirectUri ?? new URL("/signed-in", PUBLIC_URL).href;
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

    ...serve(oidc.finish, async function (ctx) {
      const { state, code, iss, ...on } = ctx.params;
      const kept = opened(state, on.device);
      // A link ends in the session that began it: else a stranger's sign-in could be slipped in.
      if (kept.account && ctx.meta.caller?.id !== kept.account) throw oidc.StateRefused();
      const provider = providerOf(this, kept.provider);
      const back = { state, code, iss };
      const redirectUri = redirectOf(kept.provider);
      const who = await provider.finish(back, { ...kept, redirectUri }).catch(refuse(this));
      const email = Email.safeParse(who.email);
      const trusted = settings.get(kept.provider)?.trustsEmail === true;
      return call(ctx, oidc.federated, {
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

const refuse =
  ({ logger }: OidcService) =>
  (error: unknown): never => {
    logger.warn("A provider did not confirm a sign-in:", (error as Error).message);
    throw oidc.ProviderFailed({ reason: reasonOf(error) });
  };

function begin(
  self: OidcService,
  { provider: id, device, account }: { provider: string; device: string; account?: string },
) {
  const provider = providerOf(self, id);
  const until = clock.now() + stateMs;
  const rest = { provider: id, device: hashOf(device), until, ...(account ? { account } : {}) };
  return provider
    .begin((secrets) => states.seal(JSON.stringify({ ...rest, ...secrets })), redirectOf(id))
    .catch(refuse(self));
}

/** What a state holds, shown by the device that began it. @throws StateRefused */
function opened(sealed: string, device: string): z.output<typeof State> {
  const text = states.open(sealed);
  const read = State.safeParse(text ? JSON.parse(text) : undefined);
  const isTheirs = read.data?.device === hashOf(device) && read.data.until > clock.now();
  if (!read.success || !isTheirs) throw oidc.StateRefused();
  return read.data;
}
