/** A subscription of @moleculer/channels as readers see it; tells of failures by log and metrics. */
import type channels from "@moleculer/channels";
import type { JetStreamSubscription, Settings } from "./options.ts";
import type { Subscriber } from "./parts.ts";

type Base = InstanceType<typeof channels.Adapters.Base>;

export type Subscription = Parameters<Base["subscribe"]>[0] & JetStreamSubscription;

const metrics = "moleculer.channels.messages";

export const subscriberOf = (chan: Subscription, settings: Settings, base: Base): Subscriber => ({
  channel: chan.name,
  group: chan.group,
  maxInFlight: chan.maxInFlight ?? settings.maxInFlight,
  maxRetries: chan.maxRetries ?? settings.maxRetries,
  backoff: settings.backoff,
  from: chan.from,
  handle: (message, raw) => chan.handler(message, raw),
  failed: (seq, error, attempts, after) => {
    const dead = after === "dead";
    const next = dead ? "is a dead letter now" : `is tried again in ${after} ms`;
    const what = `Message ${seq} of '${chan.name}' failed in the group '${chan.group}'`;
    base.logger[dead ? "error" : "warn"](`${what} (${attempts}x) and ${next}: ${error.message}`);
    base.metricsIncrement(`${metrics}.errors.total`, chan);
    base.metricsIncrement(`${metrics}.${dead ? "deadLettering" : "retries"}.total`, chan);
  },
});
