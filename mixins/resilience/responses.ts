/**
 * Answers kept by the doors of a node: fresh for a while, then given once more while they are asked
 * for anew, then only when nobody can be asked. What an actor writes makes what was made of it old at
 * once; who asks for what is being asked for waits for the same answer. Bounded by bytes, least used
 * first out.
 */
import { LRUCache } from "lru-cache";
import type { Elsewhere, Entry, Kept } from "./responses-elsewhere.ts";

export type Made = Omit<Kept, "at">;

export interface Wanted {
  readonly key: string;
  readonly seconds: number;
  /** Names of the actors whose writes make it untrue. */
  readonly madeOf: readonly string[];
  readonly ask: () => Promise<Made>;
}
export interface Given {
  readonly kept: Kept;
  /** Nobody could be asked: this is from before. */
  readonly stale: boolean;
}

export interface ResponsesSettings {
  readonly elsewhere?: Elsewhere | undefined;
  readonly mostBytes: number;
  /** After its time an answer is given once more for so long, while it is asked for anew. */
  readonly reviseMs: number;
  /** So long after its time does it stand in for an actor that is away. */
  readonly standInMs: number;
  /** True for errors of actors that are away. */
  readonly isOutage: (error: unknown) => boolean;
  readonly now: () => number;
}

/** An entry's own weight beside its body. */
const entryBytes = 500;

export class Responses {
  readonly #settings: ResponsesSettings;
  readonly #entries: LRUCache<string, Entry>;
  readonly #asking = new Map<string, Promise<Kept>>();
  /** How often what an actor made was cleared: what was asked before that is not kept. */
  readonly #cleared = new Map<string, number>();
  #clears = 0;
  readonly counts = { hit: 0, miss: 0, shared: 0, revised: 0, stale: 0 };

  constructor(settings: ResponsesSettings) {
    this.#settings = settings;
    this.#entries = new LRUCache({
      maxSize: settings.mostBytes,
      sizeCalculation: ({ body }, key) => body.length + key.length + entryBytes,
    });
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  /** What is fresh, without a promise. */
  fresh(key: string): Kept | undefined {
    const entry = this.#entries.get(key);
    if (!entry || this.#settings.now() >= entry.freshUntil) return undefined;
    this.counts.hit++;
    return entry;
  }

  /** What was kept, or else the answer. Rejects with what asking throws, where nothing stands in. */
  async get(wanted: Wanted): Promise<Given> {
    const { now, reviseMs, isOutage } = this.#settings;
    const entry = this.#entries.get(wanted.key);
    if (entry && now() < entry.freshUntil + reviseMs) {
      this.counts.revised++;
      this.#ask(wanted).catch(() => {});
      return { kept: entry, stale: false };
    }
    this.counts.miss++;
    try {
      return { kept: await this.#ask(wanted), stale: false };
    } catch (error) {
      // Who could be asked has refused it: what there was is no more.
      if (!isOutage(error)) this.#entries.delete(wanted.key);
      const before = this.#entries.get(wanted.key);
      if (!before || now() >= before.usableUntil) throw error;
      this.counts.stale++;
      return { kept: before, stale: true };
    }
  }

  /** What was made of an actor is not true any more: it is given only where nobody can be asked. */
  clear(actor: string): void {
    this.#cleared.set(actor, ++this.#clears);
    for (const entry of this.#entries.values()) {
      if (entry.madeOf.includes(actor)) entry.freshUntil = Number.NEGATIVE_INFINITY;
    }
    // Whoever asks from now on gets what is true from now on.
    this.#asking.clear();
    this.#settings.elsewhere?.clear(actor);
  }

  #ask(wanted: Wanted): Promise<Kept> {
    const running = this.#asking.get(wanted.key);
    if (running) return running;
    const asked = this.#keep(wanted);
    const done = () => {
      if (this.#asking.get(wanted.key) === asked) this.#asking.delete(wanted.key);
    };
    asked.then(done, done);
    this.#asking.set(wanted.key, asked);
    return asked;
  }

  async #keep({ key, seconds, madeOf, ask }: Wanted): Promise<Kept> {
    const { now, standInMs, elsewhere } = this.#settings;
    const before = this.#clears;
    const isTrue = () => madeOf.every((actor) => (this.#cleared.get(actor) ?? 0) <= before);
    const looked = elsewhere ? await elsewhere.look(key, madeOf) : undefined;
    const known = looked?.entry;
    if (known && isTrue()) this.#learn(key, known);
    if (known && now() < known.freshUntil) {
      this.counts.shared++;
      return known;
    }
    const made = await ask();
    const at = now();
    const freshUntil = at + seconds * 1_000;
    const entry: Entry = { ...made, at, freshUntil, usableUntil: freshUntil + standInMs, madeOf };
    if (isTrue()) {
      this.#entries.set(key, entry);
      if (looked) elsewhere?.keep(key, entry, looked.mark);
    }
    return entry;
  }

  #learn(key: string, entry: Entry): void {
    if ((this.#entries.peek(key)?.at ?? 0) < entry.at) this.#entries.set(key, entry);
  }
}
