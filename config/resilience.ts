/** How this node deals with whoever fails: its breakers, also for outside programs. */
import { Breakers } from "../mixins/resilience/breaker.ts";
import { clock } from "../services/shared/clock.ts";
import { env } from "./env.ts";

const { BREAKER_FAILURES, BREAKER_WINDOW_MS, BREAKER_OPEN_MS, CALLS_AT_ONCE } = env.doors;

export const breakers = new Breakers({
  failures: BREAKER_FAILURES,
  share: 0.5,
  windowMs: BREAKER_WINDOW_MS,
  openMs: BREAKER_OPEN_MS,
  now: clock.now,
});

/** What `resilience()` is made with, but the contracts. */
export const resilienceSettings = {
  breakers,
  atOnce: CALLS_AT_ONCE,
  waits: [50, 200],
  now: clock.now,
};
