/**
 * Keeps the index of films as the films are: takes in what has changed, and builds it anew where it
 * was never built. While the engine is away changes wait where they are, so none is given up, and
 * all go on by themselves when it is back.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Logger, ServiceBroker } from "moleculer";
import type { z } from "zod";
import { inParts } from "../../mixins/cluster/halving.ts";
import { Coalescer } from "../../mixins/coalesce.ts";
import { RebuildElsewhereError, SearchUnavailableError } from "../../mixins/search/errors.ts";
import type { SearchEngine } from "../../mixins/search/port.ts";
import { Progress } from "../../mixins/search/progress.ts";
import { call } from "../shared/wire.ts";
import { toSearchDocument } from "./film-index.ts";
import * as films from "./films.contract.ts";

/** So many changes are written at once. */
const mostAtOnce = 150;
/** An engine that is away is asked again after so long, doubled up to the second. */
const firstWaitMs = 250;
const lastWaitMs = 5_000;

type Page = z.output<typeof films.list.result>;

export class FilmFeed {
  readonly progress = new Progress();
  readonly #engine: SearchEngine;
  readonly #broker: ServiceBroker;
  readonly #logger: Logger;
  readonly #changed = new Coalescer((ids: readonly string[]) => this.#index(ids), mostAtOnce);
  #rebuilding: Promise<number> | undefined;
  #filling = false;
  #stopped = false;

  constructor(engine: SearchEngine, broker: ServiceBroker, logger: Logger) {
    this.#engine = engine;
    this.#broker = broker;
    this.#logger = logger;
  }

  /** Resolves when the film is in the index as it is now. @param time when it changed, ISO 8601 */
  async take(id: string, time: string): Promise<void> {
    const done = this.progress.begin(Date.parse(time));
    try {
      await this.#changed.add(id);
    } finally {
      done();
    }
  }

  /** Builds the index where nobody ever has, now or as soon as it can be. */
  async fill(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    for (let tries = 0; !this.#isOver() && !(await this.#isFilled()); tries++) {
      await this.#pause(tries);
    }
    this.#filling = false;
  }

  /** One rebuild at a time: who asks meanwhile gets the one under way. @returns how many films */
  rebuild(unlessFilled = false): Promise<number> {
    this.#rebuilding ??= this.#rebuild(unlessFilled).finally(() => {
      this.#rebuilding = undefined;
    });
    return this.#rebuilding;
  }

  stop(): void {
    this.#stopped = true;
  }

  async #pause(tries: number): Promise<void> {
    await wait(Math.min(lastWaitMs, firstWaitMs * 2 ** tries), undefined, { ref: false });
  }

  /** Handlers that wait must end before their actor does: it hears of it last. */
  #isOver(): boolean {
    return this.#stopped || (this.#broker as unknown as { stopping: boolean }).stopping;
  }

  /** @returns true where there is nothing to do, or nobody to do it with: then others wake us */
  async #isFilled(): Promise<boolean> {
    try {
      if (!this.#broker.registry.actions.isAvailable(films.list.name)) return true;
      if (!(await this.#engine.stats()).filled) await this.rebuild(true);
      return true;
    } catch (error) {
      const passing = error instanceof SearchUnavailableError || this.#isOver();
      if (passing) this.#logger.warn("The index is not built yet:", (error as Error).message);
      else if (!(error instanceof RebuildElsewhereError)) {
        this.#logger.error("The index could not be built and is tried again:", error);
      }
      return false;
    }
  }

  async #index(ids: readonly string[]): Promise<void> {
    const many = (some: string[]) => call(this.#broker, films.many, { ids: some });
    for (let tries = 0; ; tries++) {
      try {
        const found = await inParts([...new Set(ids)], many);
        await this.#engine.put(found.map(toSearchDocument));
        // Whoever was away may have come back empty.
        if (tries > 0) void this.fill();
        return;
      } catch (error) {
        if (!(error instanceof SearchUnavailableError) || this.#isOver()) throw error;
        if (tries === 0) this.#logger.warn("Changes of films wait for the index:", error.message);
      }
      await this.#pause(tries);
    }
  }

  /** Fills a new index beside the one that serves, which hears of changes meanwhile as ever. */
  async #rebuild(unlessFilled: boolean): Promise<number> {
    const anew = await this.#engine.rebuild();
    let documents = 0;
    let writing = Promise.resolve();
    try {
      // Another node may have filled it just before it was ours to fill.
      const isOver = unlessFilled && (await this.#engine.stats()).filled;
      if (isOver) return await anew.abandon().then(() => 0);
      for await (const items of this.#allFilms()) {
        // The next page is read while this one is written.
        await writing;
        writing = anew.put(items.map(toSearchDocument));
        writing.catch(() => undefined);
        documents += items.length;
      }
      await writing;
      await anew.commit();
      return documents;
    } catch (error) {
      await anew.abandon().catch(() => undefined);
      throw error;
    }
  }

  async *#allFilms(): AsyncGenerator<Page["items"]> {
    let cursor: string | undefined;
    do {
      const page: Page = await call(this.#broker, films.list, { sort: "id", limit: 100, cursor });
      yield page.items;
      cursor = page.next ?? undefined;
    } while (cursor);
  }
}
