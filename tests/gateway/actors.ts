/** Actors that serve the real contracts and remember what they were asked. */
import type { ServiceSchema } from "moleculer";
import type { Film } from "../../services/catalog/film.contract.ts";
import * as films from "../../services/catalog/films.contract.ts";
import { NotFound, Stale } from "../../services/catalog/problems.contract.ts";
import * as search from "../../services/catalog/search.contract.ts";
import * as imports from "../../services/imports/imports.contract.ts";
import { wiring } from "../../services/shared/wire.ts";

export const filmId = "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11";
export const noFilm = "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b99";

export const film = (change: Partial<Film> = {}): Film => ({
  id: filmId,
  version: 3,
  state: "published",
  title: "The Matrix",
  language: "en",
  kind: "film",
  titles: { en: "The Matrix", ru: "Матрица" },
  countries: [],
  languages: [],
  genres: [],
  tags: [],
  extracts: {},
  externalIds: {},
  cast: [],
  crew: [],
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
  ...change,
});

export interface Call {
  action: string;
  params: Record<string, unknown>;
  meta: Record<string, unknown>;
  requestID: string | null;
}

const { serve } = wiring();

/** What the tests make an actor do; `calls` are the questions that came through. */
export interface Actors {
  calls: Call[];
  services: ServiceSchema[];
  /** Replaces what `films.get` answers. */
  get: () => unknown;
}

interface Asked {
  action?: { name: string };
  params: object;
  meta: object;
  requestID: string | null;
}

export function actors(): Actors {
  const calls: Call[] = [];
  const note = (ctx: unknown) => {
    const { action, params, meta, requestID } = ctx as Asked;
    const copy = { ...params } as Record<string, unknown>;
    calls.push({ action: action?.name ?? "", params: copy, meta: { ...meta }, requestID });
  };
  const made: Actors = { calls, services: [], get: () => film() };
  made.services = [
    {
      name: "films",
      actions: {
        ...serve(films.get, (ctx) => {
          note(ctx);
          if (ctx.params.id === noFilm) throw NotFound({ id: noFilm });
          return made.get() as Film;
        }),
        ...serve(films.list, (ctx) => {
          note(ctx);
          return { items: [film()], next: null };
        }),
        ...serve(films.create, (ctx) => {
          note(ctx);
          return film({ state: "draft" });
        }),
        ...serve(films.change, (ctx) => {
          note(ctx);
          if (ctx.params.version !== 3) throw Stale({ current: 3, film: film() });
          return film({ version: 4 });
        }),
        ...serve(films.many, () => []),
        hidden: { visibility: "private", handler: () => "secret" },
        bare: () => "secret",
      },
    },
    {
      name: "search",
      actions: {
        ...serve(search.find, (ctx) => {
          note(ctx);
          return { items: [], next: null, facets: {}, total: 0 };
        }),
      },
    },
    {
      name: "imports",
      actions: {
        ...serve(imports.receive, (ctx) => {
          note(ctx);
          return ctx.params;
        }),
      },
    },
  ];
  return made;
}
