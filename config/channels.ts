/** Which adapter carries the channels. */
import { join } from "node:path";
import channels from "@moleculer/channels";
import { JetStreamAdapter } from "../mixins/channels/jetstream/adapter.ts";
import { LogAdapter } from "../mixins/channels/log/adapter.ts";
import { defaultRetention } from "../mixins/channels/log/retention.ts";
import { RedisAdapter } from "../mixins/channels/redis/adapter.ts";
import { readAddress } from "../mixins/redis/address.ts";
import { keeps } from "./embedded.ts";
import { env } from "./env.ts";
import { channelsEngine } from "./environment-channels.ts";
import { connectNats } from "./nats.ts";

const { CHANNEL_RETENTION_DAYS, CHANNEL_MAX_RETRIES, CHANNEL_REPLICAS, DEADLETTER_DAYS } =
  env.channels;

const log = () =>
  new LogAdapter({
    path: join(env.house.DATA_DIR, "channels.sqlite"),
    maxRetries: CHANNEL_MAX_RETRIES,
    retention: {
      ...defaultRetention,
      days: CHANNEL_RETENTION_DAYS,
      deadLetterDays: DEADLETTER_DAYS,
    },
  });

/** @param names of channels whose streams are declared at the start */
const jetstream = (names: readonly string[]) =>
  new JetStreamAdapter({
    connect: (patience) => connectNats(`${env.house.NAMESPACE} channels`, patience),
    channels: names,
    maxRetries: CHANNEL_MAX_RETRIES,
    replicas: CHANNEL_REPLICAS,
    days: CHANNEL_RETENTION_DAYS,
    deadLetterDays: DEADLETTER_DAYS,
    // A sender hears of an outage before its own time is over.
    timeoutMs: Math.min(5_000, env.house.REQUEST_TIMEOUT_MS / 2),
  });

/** Streams in the Redis that keeps what it is given. */
function redis(): RedisAdapter {
  const address = readAddress(env.documents.REDIS_STORE_URL ?? "");
  // The environment was refused before.
  if (!address) throw new Error("CHANNELS=redis wants REDIS_STORE_URL.");
  return new RedisAdapter({
    address,
    house: `${env.house.NAMESPACE || "bijou"}:channels`,
    maxRetries: CHANNEL_MAX_RETRIES,
    days: CHANNEL_RETENTION_DAYS,
    deadLetterDays: DEADLETTER_DAYS,
    // A sender hears of an outage before its own time is over.
    answerMs: Math.min(5_000, env.house.REQUEST_TIMEOUT_MS / 2),
  });
}

/** @param names of all channels of the house; others are declared when they are first used */
export function channelsMiddleware(names: readonly string[] = []) {
  const engine = channelsEngine(env.channels, env.transport.NATS_URL);
  if (engine === "embedded") keeps("channels", "log");
  const adapter = { embedded: log, jetstream: () => jetstream(names), redis }[engine]();
  // An instance is taken as it is, though the package's types know names only.
  return channels.Middleware({ adapter } as unknown as Parameters<typeof channels.Middleware>[0]);
}
