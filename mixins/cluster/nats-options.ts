/**
 * How the house connects to NATS: with which patience, as whom, and by which certificates. Pure but
 * for the files of credentials, which are read again at every connect, so that they may be renewed.
 */
import { readFileSync } from "node:fs";
import { type ConnectionOptions, credsAuthenticator } from "nats";

export interface NatsSettings {
  /** `nats://user:password@host:4222` or `tls://…`, of one cluster; user and password of the first. */
  servers: readonly string[];
  /** Paths of files: credentials of NATS (`.creds`), and PEM. */
  creds?: string | undefined;
  ca?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
}

/**
 * A server that is away is asked again four times a second for ever; one that is frozen is noticed
 * after 10 to 15 s; one that does not finish its greeting is left after 5 s.
 *
 * @param name shown by the server's own monitoring
 */
export function natsOptions(settings: NatsSettings, name: string): ConnectionOptions {
  const { servers, creds, ca, cert, key } = settings;
  const urls = servers.map((one) => new URL(one));
  const isTls = ca || cert || urls.some(({ protocol }) => protocol === "tls:");
  const tls = {
    ...(ca ? { caFile: ca } : {}),
    ...(cert ? { certFile: cert } : {}),
    ...(key ? { keyFile: key } : {}),
  };
  return {
    name,
    // Without what precedes the host: the client would read digits of a password as the port.
    servers: urls.map(({ hostname, port }) => `${hostname}:${port || "4222"}`),
    ...identity(urls, creds),
    ...(isTls ? { tls } : {}),
    timeout: 5_000,
    pingInterval: 5_000,
    maxPingOut: 2,
    reconnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    reconnectJitterTLS: 250,
    // A server that restarts may refuse everybody until its accounts are there.
    ignoreAuthErrorAbort: true,
  };
}

function identity(urls: readonly URL[], creds: string | undefined): ConnectionOptions {
  if (creds) return { authenticator: credsAuthenticator(() => readFileSync(creds)) };
  const named = urls.find(({ username }) => username !== "");
  if (!named) return {};
  const [user, pass] = [decodeURIComponent(named.username), decodeURIComponent(named.password)];
  // A name alone is a token, as everywhere with NATS.
  return pass === "" ? { token: user } : { user, pass };
}
