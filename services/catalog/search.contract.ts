import { z } from "zod";
import { action, page } from "../shared/contract.ts";
import { problem } from "../shared/problem.ts";
import { FilmId, Genre, Kind, State, Year } from "./film.contract.ts";
import { RebuildElsewhere, SearchUnavailable } from "./problems.contract.ts";

export const CursorInvalid = problem("CURSOR_INVALID", 422, {
  en: "The cursor does not belong to this list. Ask for the first page without a cursor.",
  ru: "Курсор не от этого списка. Запросите первую страницу без курсора.",
});

const Facet = z.array(z.strictObject({ value: z.string(), count: z.int() }));

/** A film as it is found; `highlights` hold `<mark>` around what was asked. */
export const Hit = z.strictObject({
  id: FilmId,
  score: z.number(),
  title: z.string(),
  kind: Kind,
  year: Year.nullable(),
  genres: z.array(Genre),
  cast: z.array(z.string()),
  poster: z.string().nullable(),
  highlights: z.record(z.string(), z.string()),
});
export type Hit = z.output<typeof Hit>;

const filters = {
  genre: z.array(Genre).max(10).optional(),
  decade: z.array(z.int().min(1870).max(2100)).max(20).optional(),
  kind: Kind.optional(),
  state: State.optional(),
  yearFrom: Year.optional(),
  yearTo: Year.optional(),
};

export const find = action(
  "search.films",
  z.strictObject({
    q: z.string().max(10_000).default(""),
    ...filters,
    sort: z
      .enum(["relevance", "year", "-year", "title", "-title", "popularity"])
      .default("relevance"),
    limit: z.int().min(1).max(100).default(20),
    cursor: z.string().max(2000).optional(),
    facets: z.boolean().default(true),
    highlight: z.boolean().default(true),
  }),
  page(Hit).extend({
    facets: z.record(z.string(), Facet),
    total: z.int().describe("How many films were found, counted to the end"),
  }),
  {
    summary:
      "Films by words of their titles, people, genres and extracts; typing mistakes allowed.",
    route: "GET /v1/search",
    opens: { public: "guest", admin: "operator" },
    problems: [CursorInvalid, SearchUnavailable],
  },
);

export const suggest = action(
  "search.suggest",
  z.strictObject({
    q: z.string().min(1).max(200),
    limit: z.int().min(1).max(20).default(8),
  }),
  z.strictObject({
    items: z.array(
      z.strictObject({ text: z.string(), id: FilmId, year: Year.nullable(), kind: Kind }),
    ),
    next: z.null(),
  }),
  {
    summary: "Titles that begin as one types.",
    route: "GET /v1/search/suggest",
    opens: { public: "guest", admin: "operator" },
    socket: true,
    problems: [SearchUnavailable],
  },
);

export const rebuild = action(
  "search.rebuild",
  z.strictObject({}),
  z.strictObject({ documents: z.int(), seconds: z.number() }),
  {
    summary: "Builds the index anew from the films while the old one serves.",
    route: "POST /v1/search/rebuild",
    opens: { admin: "operator" },
    idempotent: true,
    timeoutMs: 600_000,
    problems: [RebuildElsewhere, SearchUnavailable],
  },
);

export const stats = action(
  "search.stats",
  z.strictObject({}),
  z.strictObject({
    documents: z.int(),
    bytes: z.int(),
    rebuilding: z.boolean(),
    /** Changes of films that are not in the index yet, counted up to a thousand and more. */
    lag: z.int(),
  }),
  {
    summary: "How large the index is.",
    route: "GET /v1/search/stats",
    opens: { admin: "operator" },
    problems: [SearchUnavailable],
  },
);
