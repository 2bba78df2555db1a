/** A subscription of @moleculer/channels as a reader of a group; tells of failures by log and metrics. */
import type channels from "@moleculer/channels";
import type { Backoff } from "./backoff.ts";
import type { SubscriptionOptions } from "./port.ts";
import type { Handling } from "./trying.ts";

type Base = InstanceType<typeof channels.Adapters.Base>;

export type Subscription = Parameters<Base["subscribe"]>[0] & SubscriptionOptions;

/** One subscription. */
export interface Reader extends Handling {
  readonly maxInFlight: number;
  readonly ordered: boolean;
}

const metrics = "moleculer.channels.messages";

/** @param settings what holds where the subscription does not say */
export const readerOf = (
  chan: Subscription,
  settings: { maxInFlight: number; maxRetries: number; backoff: Backoff },
  base: Base,
): Reader => ({
  maxInFlight: chan.maxInFlight ?? settings.maxInFlight,
  maxRetries: chan.maxRetries ?? settings.maxRetries,
  ordered: chan.ordered ?? false,
  backoff: settings.backoff,
  handle: (message, raw) => chan.handler(message, raw),
  failed: ({ seq }, error, { kind, attempts, due, at }) => {
    const dead = kind === "dead";
    const next = dead ? "is a dead letter now" : `is tried again in ${due - at} ms`;
    const what = `Message ${seq} of '${chan.name}' failed in the group '${chan.group}'`;
    base.logger[dead ? "error" : "warn"](`${what} (${attempts}x) and ${next}: ${error.message}`);
    base.metricsIncrement(`${metrics}.errors.total`, chan);
    base.metricsIncrement(`${metrics}.${dead ? "deadLettering" : "retries"}.total`, chan);
  },
});
