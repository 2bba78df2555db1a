/** What the doors keep, of this node and of all: answers, how long they stand in, and revocations. */
import { isOutage } from "../mixins/resilience/failure.ts";
import { Responses } from "../mixins/resilience/responses.ts";
import { RedisResponses } from "../mixins/resilience/responses-redis.ts";
import { RevocationCopies } from "../mixins/tokens/copies.ts";
import { clock } from "../services/shared/clock.ts";
import { env } from "./env.ts";
import { cacheRedis } from "./redis.ts";

const elsewhere = env.doors.REDIS_URL
  ? new RedisResponses({ cache: cacheRedis, house: env.house.NAMESPACE, now: clock.now })
  : undefined;

export const responses = new Responses({
  elsewhere,
  mostBytes: env.doors.CACHE_BYTES,
  reviseMs: 10_000,
  standInMs: env.doors.CACHE_STAND_IN_SECONDS * 1_000,
  isOutage,
  now: clock.now,
});

/** Tokens that were made before are about no longer than they live. */
const clocksMs = 60_000;
export const revocationCopies = new RevocationCopies({
  ...{ cache: cacheRedis, house: env.house.NAMESPACE, now: clock.now },
  keepMs: env.accounts.ACCESS_TOKEN_SECONDS * 1_000 + clocksMs,
});
