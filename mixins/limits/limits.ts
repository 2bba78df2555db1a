/**
 * How often one may ask: by user, by key, or by address for whoever shows neither. Counted in memory,
 * or in Redis for all nodes together; while Redis is away each node counts by itself.
 */
import type { Redis } from "ioredis";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import { z } from "zod";
import { problem } from "../../services/shared/problem.ts";

export type Kind = "address" | "user" | "key";
/** So many requests within so many seconds, of each kind. */
export interface Rates extends Readonly<Record<Kind, number>> {
  readonly seconds: number;
}

/** What is left. */
export interface Left {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the window is over. */
  readonly reset: number;
}

export const TooMany = problem(
  "TOO_MANY_REQUESTS",
  429,
  {
    en: "You have asked {limit} times within {seconds} s. Ask again in {retryAfter} s.",
    ru: "Запросов уже {limit} за {seconds} с. Повторите через {retryAfter} с.",
  },
  z.object({ limit: z.int(), seconds: z.int(), retryAfter: z.int() }),
);

const kinds: readonly Kind[] = ["address", "user", "key"];
const soon = 1;
const toSeconds = (ms: number): number => Math.max(soon, Math.ceil(ms / 1_000));

export class Limits {
  readonly #rates: Rates;
  readonly #limiters: ReadonlyMap<Kind, RateLimiterMemory | RateLimiterRedis>;

  constructor(rates: Rates, redis?: Redis) {
    this.#rates = rates;
    this.#limiters = new Map(
      kinds.map((kind): [Kind, RateLimiterMemory | RateLimiterRedis] => {
        const options = { points: rates[kind], duration: rates.seconds, keyPrefix: `rate:${kind}` };
        const memory = new RateLimiterMemory(options);
        if (!redis) return [kind, memory];
        const shared = { ...options, storeClient: redis, insuranceLimiter: memory };
        return [kind, new RateLimiterRedis({ ...shared, inMemoryBlockOnConsumed: rates[kind] })];
      }),
    );
  }

  /** Counts a request. @throws TOO_MANY_REQUESTS */
  async take(kind: Kind, id: string): Promise<Left> {
    const limit = this.#rates[kind];
    try {
      const left = await this.#limiters.get(kind)?.consume(id);
      const reset = toSeconds(left?.msBeforeNext ?? 0);
      return { limit, remaining: left?.remainingPoints ?? limit, reset };
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const retryAfter = toSeconds(error.msBeforeNext);
      throw TooMany({ limit, seconds: this.#rates.seconds, retryAfter });
    }
  }
}
