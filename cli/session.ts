/** The session of `bijou` with a house: begun by `login`, kept in the config file, renewed by itself. */
import { refresh } from "../services/access/sessions.contract.ts";
import { clock } from "../services/shared/clock.ts";
import { createClient } from "./client.ts";
import { contextNamed, type House, readConfig, writeConfig } from "./contexts.ts";

type Env = Readonly<Record<string, string | undefined>>;
export type Session = NonNullable<House["session"]>;

/** So long before its end an access token is no longer used, milliseconds. */
const marginMs = 30_000;

interface Tokens {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

export const sessionOf = (device: string, tokens: Tokens): Session => ({
  device,
  accessToken: tokens.accessToken,
  refreshToken: tokens.refreshToken,
  expiresAt: new Date(clock.now() + tokens.expiresIn * 1_000).toISOString(),
});

/** Puts a session into a context, or takes it out. */
export async function keepSession(
  env: Env,
  name: string,
  session: Session | undefined,
  url?: string,
): Promise<void> {
  const config = await readConfig(env);
  const { session: _before, ...house } = config.contexts[name] ?? {};
  const kept = { ...house, ...(url ? { url } : {}), ...(session ? { session } : {}) };
  config.contexts[name] = kept;
  await writeConfig(env, { ...config, current: config.current ?? name });
}

/**
 * An access token that is good for the next request. Two that renew at once both get one: the
 * house knows the device.
 *
 * @throws Failure REFRESH_REFUSED when the session has ended
 */
export async function accessToken(env: Env, name: string, url: URL): Promise<string | undefined> {
  const { session } = contextNamed(await readConfig(env), name);
  if (!session) return undefined;
  if (Date.parse(session.expiresAt) - clock.now() > marginMs) return session.accessToken;
  const client = createClient({
    url,
    token: undefined,
    tokenHint: "Sign in again: bijou login <email>",
  });
  const { refreshToken, device } = session;
  const renewed = sessionOf(device, await client.ask(refresh, { refreshToken, device }));
  await keepSession(env, name, renewed);
  return renewed.accessToken;
}
