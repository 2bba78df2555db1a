/**
 * The search engine in a cluster: Elasticsearch 8 or 9. Words come folded by the house's own
 * normaliser and candidates are ranked by the house's own rules, so it finds what the embedded
 * engine finds. Any number of nodes may feed and ask it at once.
 */
import { checkDocument, checkLimit, checkRemoval } from "../checks.ts";
import type { IndexDefinition, SearchEngine, SearchStats, SuggestQuery } from "../port.ts";
import { mostRead, suggestions } from "../suggestions.ts";
import { mapInSlices } from "./breath.ts";
import { allowed } from "./clauses.ts";
import { lineOf, tombstone } from "./document.ts";
import { Feed } from "./feed.ts";
import { Generations } from "./generations.ts";
import { Indices } from "./indices.ts";
import { Lease } from "./lease.ts";
import { namesOf } from "./names.ts";
import { copyOf, search } from "./page.ts";
import { Reader } from "./reader.ts";
import { Rebuilds } from "./rebuild.ts";
import { retrieve } from "./retrieve.ts";
import { Server, type ServerSettings } from "./server.ts";

export interface ElasticSettings extends ServerSettings {
  readonly definition: IndexDefinition;
  /** Whose house it is: first in the names of indices. */
  readonly prefix: string;
  /** A rebuild that has not been heard of for so long is given up by the other nodes. */
  readonly leaseMs?: number;
}

/** The engine looks for its index with the first request: it is made while the server is away. */
export function elasticSearch(settings: ElasticSettings): SearchEngine {
  const { definition, prefix, leaseMs = 15_000 } = settings;
  const server = new Server(settings);
  const names = namesOf(prefix, definition);
  const generations = new Generations(new Indices(server, definition), names);
  const lease = new Lease(server, generations, leaseMs);
  const feed = new Feed(server, generations, lease);
  const rebuilds = new Rebuilds({ server, generations, lease, feed, definition });
  const reader = new Reader(server, names, generations, definition);
  return {
    put: async (documents) => {
      for (const document of documents) checkDocument(definition, document);
      await server.during(async () =>
        feed.write(await mapInSlices(documents, (document) => lineOf(definition, document))),
      );
    },
    remove: async (removals) => {
      for (const removal of removals) checkRemoval(removal);
      await server.during(() => feed.write(removals.map(tombstone)));
    },
    settle: () => server.during(() => reader.refresh()),
    search: (query) => server.during(() => search(reader, query)),
    suggest: (query) => server.during(() => suggest(reader, query)),
    stats: () => server.during(() => stats(feed, reader, (index) => names.numberOf(index) ?? 0)),
    rebuild: () => server.during(() => rebuilds.begin()),
    close: async () => {
      lease.close();
      // Whoever opens next finds out by himself what this one has left behind.
      await rebuilds.abandon().catch(() => undefined);
      await server.close();
    },
  };
}

async function suggest(reader: Reader, { q, limit, filters }: SuggestQuery) {
  checkLimit(limit, 20);
  if (q.trim() === "") return [];
  const filter = allowed(reader.definition, filters ? { filters } : {});
  const asked = { reader, filter, preference: copyOf({ q }), facets: false };
  const { head, readings } = await retrieve(asked, q);
  const best = await reader.read(head.slice(0, mostRead).map(({ id }) => id));
  const documents = best.map(({ id, stored, raw }) => ({ id, stored, fields: raw }));
  return suggestions(reader.definition, documents, readings, limit);
}

async function stats(
  feed: Feed,
  reader: Reader,
  numberOf: (index: string) => number,
): Promise<SearchStats> {
  const { serving = "", building, filled } = await feed.look();
  const { documents, bytes } = await reader.size();
  const generation = numberOf(serving);
  return { documents, generation, filled, rebuilding: building.length > 0, bytes };
}
