/** Which adapter carries the channels. */
import { join } from "node:path";
import channels from "@moleculer/channels";
import { LogAdapter } from "../mixins/channels/log/adapter.ts";
import { defaultRetention } from "../mixins/channels/log/retention.ts";
import { env } from "./env.ts";

export function channelsMiddleware() {
  const adapter = new LogAdapter({
    path: join(env.house.DATA_DIR, "channels.sqlite"),
    maxRetries: env.channels.CHANNEL_MAX_RETRIES,
    retention: {
      ...defaultRetention,
      days: env.channels.CHANNEL_RETENTION_DAYS,
      deadLetterDays: env.channels.DEADLETTER_DAYS,
    },
  });
  // An instance is taken as it is, though the package's types know names only.
  return channels.Middleware({ adapter } as unknown as Parameters<typeof channels.Middleware>[0]);
}
