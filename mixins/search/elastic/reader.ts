/** Asks what serves. One query may ask several times; a swap in between does not break it off. */
import type { estypes } from "@elastic/elasticsearch";
import type { IndexDefinition } from "../port.ts";
import { IndexAwayError } from "./failures.ts";
import type { Generations } from "./generations.ts";
import type { Names } from "./names.ts";
import type { Server } from "./server.ts";

/** How a document lies in the index, as far as it is read. */
export interface Source {
  readonly id: string;
  readonly popularity: number;
  readonly f: Readonly<Record<string, readonly string[]>>;
  readonly stored: unknown;
  readonly raw: Readonly<Record<string, readonly string[]>>;
}

export type Found = estypes.SearchResponse<Partial<Source>>;

export class Reader {
  readonly definition: IndexDefinition;
  readonly #server: Server;
  readonly #names: Names;
  readonly #generations: Generations;

  constructor(server: Server, names: Names, generations: Generations, definition: IndexDefinition) {
    this.#server = server;
    this.#names = names;
    this.#generations = generations;
    this.definition = definition;
  }

  /** @param preference the same for questions that must be answered by the same copy of the index */
  async search(body: estypes.SearchRequest, preference: string): Promise<Found> {
    const request = {
      index: this.#names.serving,
      preference,
      // A part of an answer is a wrong answer.
      allow_partial_search_results: false,
      include_named_queries_score: true,
      ...body,
    };
    return this.#again(() =>
      this.#server.ask((client, options) => client.search<Partial<Source>>(request, options)),
    );
  }

  /** Documents as people read them, in the order of the ids; what is gone is left out. */
  async read(ids: readonly string[]): Promise<(Pick<Source, "stored" | "raw"> & { id: string })[]> {
    if (ids.length === 0) return [];
    const request = {
      index: this.#names.serving,
      ids: [...ids],
      _source: ["stored", "raw", "live"],
      realtime: false,
    };
    const { docs } = await this.#again(() =>
      this.#server.ask((client, options) =>
        client.mget<Source & { live: boolean }>(request, options),
      ),
    );
    return docs.flatMap((doc) => {
      const source = "_source" in doc ? doc._source : undefined;
      return source?.live ? [{ id: doc._id, stored: source.stored, raw: source.raw }] : [];
    });
  }

  /** Lets everything that was written be seen. */
  async refresh(): Promise<void> {
    const index = this.#names.serving;
    await this.#again(() =>
      this.#server.ask((client, options) => client.indices.refresh({ index }, options)),
    );
  }

  /** How many documents can be found, and how large the index is. */
  async size(): Promise<{ documents: number; bytes: number }> {
    const index = this.#names.serving;
    const live = { index, query: { term: { live: true } } };
    const [{ count }, { _all: all }] = await Promise.all([
      this.#again(() => this.#server.ask((client, options) => client.count(live, options))),
      this.#again(() =>
        this.#server.ask((client, options) =>
          client.indices.stats({ index, metric: "store" }, options),
        ),
      ),
    ]);
    return { documents: count, bytes: all.primaries?.store?.size_in_bytes ?? 0 };
  }

  /** Waits until the index can be asked, or lets the asking itself fail. */
  async #opened(): Promise<void> {
    const index = this.#names.serving;
    const wanted = { index, wait_for_status: "yellow", timeout: "1s" } as const;
    await this.#server
      .ask((client, options) => client.cluster.health(wanted, options))
      .catch(() => undefined);
  }

  async #again<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof IndexAwayError)) throw error;
      await this.#generations.open();
      await this.#opened();
      return ask();
    }
  }
}
