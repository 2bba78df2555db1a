/**
 * A connection to Redis that keeps nobody waiting: what is asked while it is gone fails at once, what
 * is not answered in time fails then, nothing is sent a second time, and it looks for the server, or
 * for whoever the sentinels name, for ever.
 */
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from "ioredis";
import type { Address } from "./address.ts";

export type Client = Redis | Cluster;

export interface ClientSettings {
  /** What is not answered within so many milliseconds has failed. */
  answerMs: number;
  /** Told of trouble with the connection. */
  failed(error: Error): void;
}

/** A connection on which nothing comes back for so long is closed: a frozen server is not waited for. */
const silenceMs = 1_000;
const again = (times: number): number => Math.min(50 * 2 ** Math.min(times, 10), 1_000);

/** Of each connection. A replica that once was the master refuses writes: then look for the master. */
const optionsOf = ({ tls, db, username, password }: Address, answerMs: number) =>
  ({
    connectionName: "bijou",
    ...{ db, ...(username ? { username } : {}), ...(password ? { password } : {}) },
    ...(tls ? { tls: {} } : {}),
    commandTimeout: answerMs,
    connectTimeout: silenceMs,
    socketTimeout: Math.max(silenceMs, answerMs),
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    reconnectOnError: ({ message }: Error) => (message.startsWith("READONLY") ? 1 : false),
  }) satisfies RedisOptions;

/** How a server is found: it itself, or by the sentinels that know it. */
function wayTo({ kind, nodes, ...rest }: Address): RedisOptions {
  const [node = { host: "localhost", port: 6_379 }] = nodes;
  if (kind === "single") return node;
  const { name, sentinelUsername, sentinelPassword, tls } = rest;
  return {
    sentinels: [...nodes],
    ...(name ? { name } : {}),
    ...(sentinelUsername ? { sentinelUsername } : {}),
    ...(sentinelPassword ? { sentinelPassword } : {}),
    ...(tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
    sentinelCommandTimeout: silenceMs,
    sentinelRetryStrategy: again,
    failoverDetector: true,
  };
}

const single = (address: Address, { answerMs }: ClientSettings): Redis =>
  new Redis({
    ...optionsOf(address, answerMs),
    ...wayTo(address),
    enableOfflineQueue: false,
    retryStrategy: again,
  });

function cluster(address: Address, settings: ClientSettings): Cluster {
  const options: ClusterOptions = {
    enableOfflineQueue: false,
    redisOptions: optionsOf(address, settings.answerMs),
    clusterRetryStrategy: again,
    slotsRefreshTimeout: silenceMs,
    // A certificate is for the name that was asked for.
    ...(address.tls ? { dnsLookup: (name, found) => found(null, name) } : {}),
    // Once more after a slot has moved, not sixteen times.
    maxRedirections: 2,
  };
  return new Cluster([...address.nodes], options);
}

/** Connects; whoever asks before it is there fails. To be closed by `disconnect()`. */
export function openRedis(address: Address, settings: ClientSettings): Client {
  const client =
    address.kind === "cluster" ? cluster(address, settings) : single(address, settings);
  client.on("error", settings.failed);
  return client;
}

/** A second connection to the same, for listening: silence is no trouble, and it hears on after a cut. */
export function openListener(address: Address, { failed }: Pick<ClientSettings, "failed">): Client {
  const { commandTimeout: _1, socketTimeout: _2, ...own } = optionsOf(address, silenceMs);
  const listening = { ...own, maxRetriesPerRequest: null, connectionName: "bijou listener" };
  const client =
    address.kind === "cluster"
      ? new Cluster([...address.nodes], { redisOptions: listening, clusterRetryStrategy: again })
      : new Redis({ ...listening, ...wayTo(address), retryStrategy: again });
  client.on("error", failed);
  // Each namespace of each door hears for itself.
  client.setMaxListeners(100);
  return client;
}
