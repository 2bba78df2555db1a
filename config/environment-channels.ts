/** Which engine carries the channels, and for how long it keeps what. */
import { z } from "zod";
import { readAddress } from "../mixins/redis/address.ts";

const count = (preset: number, min: number, max: number) =>
  z.coerce
    .number(`a whole number, ${min} to ${max}`)
    .int(`a whole number, ${min} to ${max}`)
    .min(min, `at least ${min}`)
    .max(max, `at most ${max}`)
    .default(preset);

const engines = ["embedded", "jetstream", "redis"] as const;
type Engine = (typeof engines)[number];

export const channelsVariables = {
  /** JetStream where NATS_URL is set, else a log under DATA_DIR; Redis Streams where they are named. */
  CHANNELS: z.enum(engines, "embedded, jetstream or redis").optional(),
  CHANNEL_RETENTION_DAYS: count(7, 1, 3_650),
  CHANNEL_MAX_RETRIES: count(8, 0, 100),
  DEADLETTER_DAYS: count(90, 1, 3_650),
  /** Copies of each stream of JetStream; a cluster of as many servers is needed. */
  CHANNEL_REPLICAS: count(1, 1, 5),
} as const;

interface Said {
  CHANNELS?: Engine | undefined;
  CHANNEL_REPLICAS?: number;
}

/** The engine of the channels: the one that was named, or the one that is there. */
export const channelsEngine = (
  { CHANNELS }: Said,
  natsUrl: readonly string[] | undefined,
): Engine => CHANNELS ?? (natsUrl ? "jetstream" : "embedded");

/** What of these cannot stand together. */
export function channelsFaults(
  said: Said,
  natsUrl: readonly string[] | undefined,
  storeUrl: string | undefined,
): string[] {
  const faults: string[] = [];
  if (said.CHANNELS === "redis" && (!storeUrl || readAddress(storeUrl)?.kind === "cluster")) {
    faults.push(
      "CHANNELS=redis wants REDIS_STORE_URL, one server or sentinels: redis://…, or take JetStream " +
        "(NATS_URL and no CHANNELS)",
    );
  }
  if (said.CHANNELS === "jetstream" && !natsUrl) {
    faults.push("CHANNELS=jetstream wants NATS_URL: set it to nats://…, or unset CHANNELS");
  }
  if ((said.CHANNEL_REPLICAS ?? 1) > 1 && channelsEngine(said, natsUrl) !== "jetstream") {
    faults.push("CHANNEL_REPLICAS is for JetStream alone: unset it, or set NATS_URL");
  }
  return faults;
}
