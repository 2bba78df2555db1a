/** How often one may ask at the doors, where it is counted, and which proxies are believed. */
import { Redis } from "ioredis";
import { addressReader } from "../mixins/limits/address.ts";
import { Limits } from "../mixins/limits/limits.ts";
import { env } from "./env.ts";

const { REDIS_URL, RATE_PER_ADDRESS, RATE_PER_KEY, RATE_PER_USER, RATE_SECONDS } = env.doors;

/** Commands fail at once while it is away: each node then counts by itself. */
const redis = REDIS_URL
  ? new Redis(REDIS_URL, { enableOfflineQueue: false, maxRetriesPerRequest: 0, lazyConnect: true })
  : undefined;
redis?.on("error", () => undefined);
redis?.connect().catch(() => undefined);

export const limits = new Limits(
  {
    address: RATE_PER_ADDRESS,
    user: RATE_PER_USER,
    key: RATE_PER_KEY,
    seconds: RATE_SECONDS,
  },
  redis,
);
export const closeLimits = (): void => redis?.disconnect();

export const addressOf = addressReader(env.doors.TRUSTED_PROXIES);
