/**
 * Search: owns the index of films, a copy that can be made anew at any time. It follows
 * `films.changed.v1` and reads the films as they are now, so late and repeated messages do no harm.
 */
import type { Service, ServiceSchema } from "moleculer";
import { openSearch, watchIndex } from "../../config/search.ts";
import type { ChannelAdmin } from "../../mixins/channels/port.ts";
import {
  CursorError,
  RebuildElsewhereError,
  SearchUnavailableError,
} from "../../mixins/search/errors.ts";
import type { SearchEngine } from "../../mixins/search/port.ts";
import { clock } from "../shared/clock.ts";
import { call, wiring } from "../shared/wire.ts";
import { FilmFeed } from "./film-feed.adapter.ts";
import { filmIndex, type StoredFilm } from "./film-index.ts";
import { onlyState } from "./film-view.ts";
import * as films from "./films.contract.ts";
import { RebuildElsewhere, SearchUnavailable } from "./problems.contract.ts";
import * as search from "./search.contract.ts";
import { queryOf, shownHit, titleOf } from "./search-view.ts";

interface SearchService extends Service {
  engine: SearchEngine;
  feed: FilmFeed;
}

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
      const documents = await this.feed.rebuild().catch(refuse);
      return { documents, seconds: (clock.now() - begun) / 1_000 };
    }),

    ...serve(search.stats, async function (ctx) {
      const { count } = await call(ctx, films.untold, {});
      const lag = count + (await unread(this));
      // Without a lag everything can be found, and is counted.
      if (lag === 0) await this.engine.settle().catch(refuse);
      const { documents, bytes, rebuilding, filled } = await this.engine.stats().catch(refuse);
      if (!filled) void this.feed.fill();
      return { documents, bytes, rebuilding, lag };
    }),
  },

  channels: {
    // Twice is once: the film is read as it is now, and the index keeps the highest version.
    ...follow(films.changed, { group, maxInFlight: 500 }, function ({ id }, { time }) {
      return this.feed.take(id, time);
    }),
  },

  events: {
    /** An index that was lost, or is of an older definition, is made anew once films are there. */
    "$services.changed"(this: SearchService) {
      void this.feed.fill();
    },
  },

  created(this: SearchService) {
    this.engine = openSearch(filmIndex);
    this.feed = new FilmFeed(this.engine, this.broker, this.logger);
    watchIndex(this.feed.progress);
  },

  stopped(this: SearchService) {
    this.feed.stop();
    return this.engine.close();
  },
} as unknown as ServiceSchema;

function refuse(error: unknown): never {
  if (error instanceof CursorError) throw search.CursorInvalid();
  if (error instanceof RebuildElsewhereError) throw RebuildElsewhere();
  if (error instanceof SearchUnavailableError) {
    const { retryAfter } = error;
    throw SearchUnavailable(retryAfter === undefined ? {} : { retryAfter });
  }
  throw error;
}

/** Messages of films that the index has not taken in. */
async function unread({ broker }: SearchService): Promise<number> {
  const { channelAdapter } = broker as unknown as { channelAdapter: ChannelAdmin };
  const stats = await channelAdapter.stats();
  const isOurs = (s: { channel: string; group: string }) =>
    s.group === group && s.channel.endsWith(films.changed.name);
  return stats.find(isOurs)?.lag ?? 0;
}
