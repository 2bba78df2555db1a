/**
 * Counts guesses and makes whoever guesses wait. Counted in memory, before the guess is looked at,
 * so that guesses made at once count as well; written down about once a second, so that a restart
 * forgets none but the last. Keys are kept as hashes: they hold addresses.
 */
import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import { clock } from "../../services/shared/clock.ts";
import { problem } from "../../services/shared/problem.ts";
import type { Stored } from "../documents/collection.ts";
import { Conflict } from "../documents/failures.ts";
import type { Store } from "../documents/store.ts";
import { guessed, type Patience, waitFor } from "./delay.ts";

export const TooManyGuesses = problem(
  "TOO_MANY_GUESSES",
  429,
  {
    en: "There were too many tries. Wait {retryAfterSeconds} seconds, then try again.",
    ru: "Слишком много попыток. Подождите {retryAfterSeconds} с и повторите.",
  },
  z.object({ retryAfterSeconds: z.int() }),
);

export interface GuessDocument extends Stored {
  count: number;
  last: number;
}

/** Who guesses, or at what is guessed. */
export interface Suspect {
  key: string;
  patience: Patience;
}

const flushMs = 1_000;
const mostKept = 100_000;
const idOf = (key: string): string => hash("sha256", key, "base64url");

export class Guesses {
  readonly #store: () => Store<GuessDocument>;
  readonly #failed: (error: unknown) => void;
  readonly #known = new LRUCache<string, { count: number; last: number }>({ max: mostKept });
  readonly #dirty = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #flushing = Promise.resolve();

  constructor(store: () => Store<GuessDocument>, failed: (error: unknown) => void) {
    this.#store = store;
    this.#failed = failed;
  }

  /** Counts one guess of each suspect. @throws TOO_MANY_GUESSES when one of them has to wait */
  async attempt(suspects: readonly Suspect[]): Promise<void> {
    for (const { key } of suspects) await this.#load(idOf(key));
    const now = clock.now();
    const waits = suspects.map(({ key, patience }) =>
      waitFor(this.#known.get(idOf(key)), patience, now),
    );
    const wait = Math.max(0, ...waits);
    if (wait > 0) throw TooManyGuesses({ retryAfterSeconds: Math.ceil(wait / 1_000) });
    for (const { key, patience } of suspects) {
      const id = idOf(key);
      this.#set(id, guessed(this.#known.get(id), patience, now));
    }
  }

  /** It was no guess: its owner is forgiven all, ... */
  forgive(key: string): void {
    const id = idOf(key);
    if (this.#known.get(id)?.count) this.#set(id, { count: 0, last: clock.now() });
  }

  /** ... and an address that one: else an own account would wash it clean of guesses at others. */
  refund(key: string): void {
    const id = idOf(key);
    const known = this.#known.get(id);
    if (known && known.count > 0) this.#set(id, { ...known, count: known.count - 1 });
  }

  /** Writes down what was counted. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing = this.#flushing.then(() => this.#write());
    return this.#flushing;
  }

  async #load(id: string): Promise<void> {
    if (this.#known.has(id)) return;
    const kept = await this.#store().get(id);
    if (kept && !this.#known.has(id)) this.#known.set(id, { count: kept.count, last: kept.last });
  }

  #set(id: string, guesses: { count: number; last: number }): void {
    this.#known.set(id, guesses);
    this.#dirty.add(id);
    this.#timer ??= setTimeout(() => void this.flush(), flushMs).unref();
  }

  async #write(): Promise<void> {
    const ids = [...this.#dirty];
    this.#dirty.clear();
    for (const id of ids) {
      const known = this.#known.get(id);
      if (known) await this.#keep(id, known).catch(this.#failed);
    }
  }

  async #keep(id: string, { count, last }: { count: number; last: number }): Promise<void> {
    const kept = await this.#store().get(id);
    if (kept) {
      if (kept.count === count && (count === 0 || kept.last === last)) return;
      await this.#store().replace({ ...kept, count, last });
    } else if (count > 0) await this.#store().insert({ id, count, last });
  }

  /** Removes what is forgotten anyway. */
  async tidy(forgetMs: number): Promise<void> {
    const before = clock.now() - forgetMs;
    for await (const docs of this.#store().each()) {
      for (const doc of docs.filter(({ last, count }) => last < before || count === 0)) {
        await this.#store().remove(doc).catch(ifTaken);
      }
    }
  }
}

const ifTaken = (error: { type?: string }): void => {
  if (error.type !== Conflict.type) throw error;
};
