/**
 * Search: owns the index of films, a copy that can be made anew at any time. It follows
 * `films.changed.v1` and reads the films as they are now, so late and repeated messages do no harm.
 */
import type { Service, ServiceSchema } from "moleculer";
import type { z } from "zod";
import { openSearch } from "../../config/search.ts";
import type { ChannelAdmin } from "../../mixins/channels/port.ts";
import { Coalescer } from "../../mixins/coalesce.ts";
import { CursorError, SearchUnavailableError } from "../../mixins/search/errors.ts";
import type { SearchEngine } from "../../mixins/search/port.ts";
import { clock } from "../shared/clock.ts";
import { call, wiring } from "../shared/wire.ts";
import { filmIndex, type StoredFilm, toSearchDocument } from "./film-index.ts";
import { onlyState } from "./film-view.ts";
import * as films from "./films.contract.ts";
import * as search from "./search.contract.ts";
import { queryOf, shownHit, titleOf } from "./search-view.ts";

interface SearchService extends Service {
  engine: SearchEngine;
  changed: Coalescer<string>;
  rebuilding: Promise<number> | undefined;
}

type FilmPage = z.output<typeof films.list.result>;

const group = "search";
const { serve, follow } = wiring<SearchService>();

export default {
  name: "search",

  actions: {
    ...serve(search.find, async function (ctx) {
      const only = onlyState(ctx.meta.caller);
      const query = queryOf(ctx.params, only);
      const found = await this.engine.search(query).catch(refuse);
      const { state, ...facets } = found.facets as Record<
        string,
        { value: string; count: number }[]
      >;
      return {
        items: found.items.map((item) => shownHit(item, ctx.meta.languages)),
        next: found.next,
        facets: state && !only ? { ...facets, state } : facets,
        total: found.total,
      };
    }),

    ...serve(search.suggest, async function (ctx) {
      const state = onlyState(ctx.meta.caller);
      const query = { ...ctx.params, ...(state ? { filters: { state: [state] } } : {}) };
      const found = await this.engine.suggest(query).catch(refuse);
      const items = found.flatMap((suggestion) => {
        if (!("id" in suggestion)) return [];
        const film = suggestion.stored as StoredFilm;
        const text = titleOf(film, ctx.meta.languages);
        return [{ text, id: film.id, year: film.year, kind: film.kind }];
      });
      return { items, next: null };
    }),

    ...serve(search.rebuild, async function () {
      const begun = clock.now();
      const documents = await rebuilt(this);
      return { documents, seconds: (clock.now() - begun) / 1_000 };
    }),

    ...serve(search.stats, async function (ctx) {
      const { documents, bytes, rebuilding } = await this.engine.stats().catch(refuse);
      const { count } = await call(ctx, films.untold, {});
      return { documents, bytes, rebuilding, lag: count + (await unread(this)) };
    }),
  },

  channels: {
    // Twice is once: the film is read as it is now, and the index keeps the highest version.
    ...follow(films.changed, { group, maxInFlight: 500 }, function ({ id }) {
      return this.changed.add(id);
    }),
  },

  events: {
    /** An index that was lost, or is of an older definition, is made anew once films are there. */
    async "$services.changed"(this: SearchService) {
      try {
        if (this.rebuilding || !this.broker.registry.actions.isAvailable(films.list.name)) return;
        if (!(await this.engine.stats()).filled) await rebuilt(this);
      } catch (error) {
        this.logger.error("The index could not be built; see search.rebuild.", error);
      }
    },
  },

  created(this: SearchService) {
    this.engine = openSearch(filmIndex);
    this.changed = new Coalescer((ids) => index(this, ids), 150);
  },

  stopped(this: SearchService) {
    return this.engine.close();
  },
} as unknown as ServiceSchema;

function refuse(error: unknown): never {
  if (error instanceof CursorError) throw search.CursorInvalid();
  if (error instanceof SearchUnavailableError) throw search.SearchUnavailable();
  throw error;
}

async function index(self: SearchService, ids: readonly string[]): Promise<void> {
  const found = await call(self.broker, films.many, { ids: [...new Set(ids)] });
  await self.engine.put(found.map(toSearchDocument));
}

/** One rebuild at a time: who asks meanwhile gets the one under way. */
function rebuilt(self: SearchService): Promise<number> {
  self.rebuilding ??= rebuild(self).finally(() => {
    self.rebuilding = undefined;
  });
  return self.rebuilding;
}

/** Fills a new index beside the one that serves, which hears of changes meanwhile as ever. */
async function rebuild({ engine, broker }: SearchService): Promise<number> {
  const anew = await engine.rebuild();
  let documents = 0;
  let cursor: string | undefined;
  try {
    do {
      const page: FilmPage = await call(broker, films.list, { sort: "id", limit: 100, cursor });
      await anew.put(page.items.map(toSearchDocument));
      documents += page.items.length;
      cursor = page.next ?? undefined;
    } while (cursor);
    await anew.commit();
    return documents;
  } catch (error) {
    await anew.abandon();
    throw error;
  }
}

/** Messages of films that the index has not taken in. */
async function unread({ broker }: SearchService): Promise<number> {
  const { channelAdapter } = broker as unknown as { channelAdapter: ChannelAdmin };
  const stats = await channelAdapter.stats();
  const isOurs = (s: { channel: string; group: string }) =>
    s.group === group && s.channel.endsWith(films.changed.name);
  return stats.find(isOurs)?.lag ?? 0;
}
