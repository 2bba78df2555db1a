/** Search actors of several nodes over one index: who fills it, and that no change is missed. */
import type { Logger, ServiceBroker } from "moleculer";
import { elasticSearch } from "../../mixins/search/elastic/engine.ts";
import type { SearchEngine } from "../../mixins/search/port.ts";
import type { Film } from "../../services/catalog/film.contract.ts";
import { FilmFeed } from "../../services/catalog/film-feed.adapter.ts";
import { filmIndex } from "../../services/catalog/film-index.ts";
import * as films from "../../services/catalog/films.contract.ts";
import { newId } from "../../services/shared/ids.ts";
import { indicesOf, newPrefix, removeIndices } from "../search/cluster.ts";
import { urlOf } from "./engine-urls.ts";

const url = urlOf("ELASTIC_URL", "an Elasticsearch").href;
const prefix = newPrefix();
const open = new Set<{ engine: SearchEngine; feed: FilmFeed }>();
afterAll(async () => {
  for (const { engine, feed } of open) {
    feed.stop();
    await engine.close();
  }
  await removeIndices(prefix, url);
});

/** The films as their actor has them, and how often all of them were read. */
const stored = new Map<string, Film>();
let readings = 0;

function write(title: string, id = newId()): Film {
  const at = "2026-01-01T00:00:00.000Z";
  const version = (stored.get(id)?.version ?? 0) + 1;
  const lists = { genres: [], cast: [], crew: [], externalIds: {}, extracts: {} };
  const times = { createdAt: at, updatedAt: at };
  const made = { id, version, kind: "film", state: "published", titles: { en: title } };
  const film = { ...made, ...lists, ...times } as unknown as Film;
  stored.set(id, film);
  return film;
}

/** What a feed asks of its broker. */
const broker = {
  stopping: false,
  registry: { actions: { isAvailable: () => true } },
  async call(name: string, params: { ids?: string[]; limit?: number; cursor?: string }) {
    if (name === films.many.name) return params.ids?.flatMap((id) => stored.get(id) ?? []);
    if (params.cursor === undefined) readings += 1;
    const all = [...stored.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    const rest = all.filter(({ id }) => id > (params.cursor ?? ""));
    const items = rest.slice(0, params.limit);
    return { items, next: rest.length > items.length ? items.at(-1)?.id : null };
  },
} as unknown as ServiceBroker;
const logger = { warn: () => undefined, error: () => undefined } as unknown as Logger;

function actor() {
  const engine = elasticSearch({ url, prefix, definition: filmIndex, leaseMs: 10_000 });
  const made = { engine, feed: new FilmFeed(engine, broker, logger) };
  open.add(made);
  return made;
}

test("actors that start together fill the index once; what is written meanwhile is in it", async () => {
  for (let n = 0; n < 1_500; n++) write(`Film ${n}`);
  const actors = [actor(), actor(), actor()];
  const filling = Promise.all(actors.map(({ feed }) => feed.fill()));
  let isFilled = false;
  void filling.then(() => {
    isFilled = true;
  });

  // Each change is told to one of them, whichever.
  for (let n = 0; !isFilled || n < 100; n++) {
    const known = [...stored.keys()][n % 900];
    const { id } = write(`Changed ${n}`, n % 3 === 0 ? undefined : known);
    await actors[n % 3]?.feed.take(id, new Date().toISOString());
  }
  await filling;

  const [first] = actors;
  await first?.engine.settle();
  const stats = await first?.engine.stats();
  expect(stats).toMatchObject({ filled: true, rebuilding: false, documents: stored.size });
  expect(await indicesOf(prefix, url)).toHaveLength(1);
  expect(readings).toBe(1);
  const found = new Map<string, string>();
  let after: string | undefined;
  do {
    const page = await first?.engine.search({ limit: 100, ...(after ? { after } : {}) });
    for (const { id, stored: film } of page?.items ?? []) {
      found.set(id, (film as { titles: { en: string } }).titles.en);
    }
    after = page?.next ?? undefined;
  } while (after);
  expect(found).toEqual(new Map([...stored].map(([id, film]) => [id, film.titles.en ?? ""])));
}, 120_000);
