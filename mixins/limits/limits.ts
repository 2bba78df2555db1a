/**
 * How often one may ask: by user, by key, or by address for whoever shows neither. Counted in memory,
 * or in Redis for all nodes together; while Redis is away each node counts by itself.
 */
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import { z } from "zod";
import { problem } from "../../services/shared/problem.ts";
import type { Client } from "../redis/client.ts";
import type { Presence } from "../redis/presence.ts";

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

/** Where all nodes count together. */
export interface Shared {
  readonly client: Client;
  readonly presence: Pick<Presence, "isThere" | "suspect">;
}

interface Limiters {
  readonly own: RateLimiterMemory;
  readonly shared?: RateLimiterRedis;
}

export class Limits {
  readonly #rates: Rates;
  readonly #house: string;
  readonly #connect: () => Shared | undefined;
  #limiters: ReadonlyMap<Kind, Limiters> | undefined;
  #presence: Shared["presence"] | undefined;

  /** @param shared connects when the first request comes; this node alone where it answers nothing */
  constructor(
    rates: Rates,
    {
      house = "",
      shared = () => undefined,
    }: { house?: string; shared?: () => Shared | undefined } = {},
  ) {
    [this.#rates, this.#house, this.#connect] = [rates, house, shared];
  }

  #of(kind: Kind): Limiters | undefined {
    this.#limiters ??= this.#open();
    return this.#limiters.get(kind);
  }

  #open(): ReadonlyMap<Kind, Limiters> {
    const shared = this.#connect();
    this.#presence = shared?.presence;
    return new Map(
      kinds.map((kind): [Kind, Limiters] => {
        const points = this.#rates[kind];
        const options = { points, duration: this.#rates.seconds };
        const keyPrefix = `${this.#house}:rate:${kind}`;
        const own = new RateLimiterMemory({ ...options, keyPrefix });
        if (!shared) return [kind, { own }];
        const there = { storeClient: shared.client, inMemoryBlockOnConsumed: points };
        return [kind, { own, shared: new RateLimiterRedis({ ...options, keyPrefix, ...there }) }];
      }),
    );
  }

  /** Counted for all nodes, or by this one while the others' count is not to be had. */
  async #consume(kind: Kind, id: string): Promise<RateLimiterRes | undefined> {
    const limiters = this.#of(kind);
    if (limiters?.shared && this.#presence?.isThere) {
      try {
        return await limiters.shared.consume(id);
      } catch (error) {
        if (error instanceof RateLimiterRes) throw error;
        this.#presence.suspect(error);
      }
    }
    return limiters?.own.consume(id);
  }

  /** Counts a request. @throws TOO_MANY_REQUESTS */
  async take(kind: Kind, id: string): Promise<Left> {
    const limit = this.#rates[kind];
    try {
      const left = await this.#consume(kind, id);
      const reset = toSeconds(left?.msBeforeNext ?? 0);
      return { limit, remaining: left?.remainingPoints ?? limit, reset };
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const retryAfter = toSeconds(error.msBeforeNext);
      throw TooMany({ limit, seconds: this.#rates.seconds, retryAfter });
    }
  }
}
