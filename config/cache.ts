/** Which answers the doors of this node keep, and for how long they stand in for who is away. */
import { isOutage } from "../mixins/resilience/failure.ts";
import { Responses } from "../mixins/resilience/responses.ts";
import { clock } from "../services/shared/clock.ts";
import { env } from "./env.ts";

export const responses = new Responses({
  mostBytes: env.doors.CACHE_BYTES,
  reviseMs: 10_000,
  standInMs: env.doors.CACHE_STAND_IN_SECONDS * 1_000,
  isOutage,
  now: clock.now,
});
