/** Which errors speak against whoever was asked. Pure. */
import { z } from "zod";
import { problem } from "../../services/shared/problem.ts";

export const BreakerOpen = problem(
  "BREAKER_OPEN",
  503,
  {
    en: "{target} has failed too often and is left alone for {retryAfter} s. Ask again then.",
    ru: "Слишком много сбоев ({target}): пауза {retryAfter} с. Повторите позже.",
  },
  z.object({ target: z.string(), retryAfter: z.int() }),
);
export const BulkheadFull = problem(
  "BULKHEAD_FULL",
  503,
  {
    en: "{target} has too much to do just now. Ask again in a few seconds.",
    ru: "Слишком много запросов одновременно ({target}). Повторите через несколько секунд.",
  },
  z.object({ target: z.string() }),
);

const fact = (error: unknown, name: string): unknown =>
  typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;

/** Nobody was there who could have begun: Moleculer's types. Asking again does nothing twice. */
const absent = new Set(["SERVICE_NOT_FOUND", "SERVICE_NOT_AVAILABLE", "BAD_GATEWAY"]);
/** It may have begun. */
const left = ["NODE_DISCONNECTED", "REQUEST_REJECTED"];
const lost = new Set([
  ...["REQUEST_TIMEOUT", "TIMED_OUT", "UNAVAILABLE", "DOCUMENTS_AWAY", "CHANNELS_AWAY"],
  ...left,
]);
/** Ours: they say nothing of whoever was asked; nor does a deadline that was over before. */
const own = new Set([BreakerOpen.type, BulkheadFull.type, "REQUEST_SKIPPED", "QUEUE_FULL"]);

/** True where there was nobody to answer, or not in time, or no more. */
export const isOutage = (error: unknown): boolean => {
  const type = String(fact(error, "type"));
  return absent.has(type) || lost.has(type) || own.has(type);
};

/** True where nobody had begun and another try may meet somebody: safe for every action. */
export const wasNotBegun = (error: unknown): boolean => {
  const type = String(fact(error, "type"));
  return type === "SERVICE_NOT_AVAILABLE" || type === "BAD_GATEWAY";
};

/** True where another try may meet somebody. A timeout is none: its time is over. */
export const isPassing = (error: unknown): boolean =>
  wasNotBegun(error) || left.includes(String(fact(error, "type")));

/** True where nothing was done: a refusal, or nobody was there. */
export const wasNotDone = (error: unknown): boolean => {
  const type = String(fact(error, "type"));
  const code = fact(error, "code");
  if (absent.has(type) || own.has(type)) return true;
  return !lost.has(type) && typeof code === "number" && code < 500 && code !== 408;
};

/**
 * True for what says nothing of whoever was to be asked: ours, and the failure of an outside program,
 * which has a breaker of its own (`data.outside` names it).
 */
export const isOwn = (error: unknown): boolean =>
  own.has(String(fact(error, "type"))) || fact(fact(error, "data"), "outside") !== undefined;

/** True for what a breaker counts: outages, and errors that nobody declared or that are ours. */
export function isFailure(error: unknown): boolean {
  const type = String(fact(error, "type"));
  if (isOwn(error)) return false;
  if (absent.has(type) || lost.has(type)) return true;
  const code = fact(error, "code");
  return typeof code !== "number" || code >= 500;
}
