/** How a Redis is named: a server, its sentinels, or a cluster. */
import { z } from "zod";
import { addressForm, readAddress } from "../mixins/redis/address.ts";

export const redisUrl = z
  .string()
  .refine((text) => readAddress(text) !== undefined, addressForm)
  .optional();

/** A sentence each: what in a Redis's address does not go with what it is to do. */
export const redisFaults = (REDIS_URL: string | undefined, isTransport: boolean): string[] =>
  isTransport && REDIS_URL && readAddress(REDIS_URL)?.kind !== "single"
    ? ["TRANSPORT=redis wants one server in REDIS_URL: redis://…, or take NATS (NATS_URL)"]
    : [];
