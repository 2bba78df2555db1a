/** How often one may ask at the doors, where it is counted, and which proxies are believed. */
import { addressReader } from "../mixins/limits/address.ts";
import { Limits } from "../mixins/limits/limits.ts";
import { env } from "./env.ts";
import { cacheRedis } from "./redis.ts";

const { RATE_PER_ADDRESS, RATE_PER_KEY, RATE_PER_USER, RATE_SECONDS } = env.doors;

export const limits = new Limits(
  {
    address: RATE_PER_ADDRESS,
    user: RATE_PER_USER,
    key: RATE_PER_KEY,
    seconds: RATE_SECONDS,
  },
  { house: env.house.NAMESPACE, shared: cacheRedis },
);

export const addressOf = addressReader(env.doors.TRUSTED_PROXIES);
