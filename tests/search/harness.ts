/** What the contract of the search engines needs: an engine to try, and films to try it with. */
import type {
  IndexDefinition,
  SearchDocument,
  SearchEngine,
  SearchQuery,
} from "../../mixins/search/port.ts";

/** Makes engines over one store: opened again, an engine finds what was put before. */
export interface EngineUnderTest {
  open(): SearchEngine;
  dispose(): Promise<void>;
}

export type MakeEngine<U extends EngineUnderTest = EngineUnderTest> = () => Promise<U>;

/** An engine whose batches are seen at once: each change settles before it resolves. */
export function settling(engine: SearchEngine): SearchEngine {
  return {
    ...engine,
    put: async (documents) => {
      await engine.put(documents);
      await engine.settle();
    },
    remove: async (removals) => {
      await engine.remove(removals);
      await engine.settle();
    },
  };
}

export const definition: IndexDefinition = {
  name: "films",
  version: 1,
  fields: [
    { name: "title", weight: 10, role: "title" },
    { name: "cast", weight: 4, role: "names" },
    { name: "extract", weight: 1, role: "text" },
  ],
  facets: ["genre", "decade"],
  sorts: ["year", "title"],
};

interface Sample {
  title?: string | string[];
  cast?: string[];
  extract?: string;
  genre?: string[];
  year?: number | null;
  popularity?: number;
  version?: number;
}

export function film(id: string, sample: Sample = {}): SearchDocument {
  const { title = id, cast = [], extract = "", genre = [], year = null } = sample;
  const titles = Array.isArray(title) ? title : [title];
  return {
    id,
    version: sample.version ?? 1,
    fields: { title: titles, cast, extract: extract === "" ? [] : [extract] },
    facets: { genre, decade: year === null ? [] : [String(year - (year % 10))] },
    sorts: { year, title: titles[0]?.toLowerCase() ?? null },
    popularity: sample.popularity ?? 0.5,
    stored: { title: titles[0], year },
  };
}

export const catalogue: SearchDocument[] = [
  film("matrix", {
    title: "The Matrix",
    cast: ["Keanu Reeves", "Carrie-Anne Moss"],
    extract: "A hacker learns that the world is simulated.",
    genre: ["action", "science-fiction"],
    year: 1999,
    popularity: 0.9,
  }),
  film("matrix-2", { title: "The Matrix Reloaded", cast: ["Keanu Reeves"], year: 2003 }),
  film("speed", { title: "Speed", cast: ["Keanu Reeves", "Sandra Bullock"], year: 1994 }),
  film("amelie", { title: ["Amélie", "Le Fabuleux Destin d'Amélie Poulain"], year: 2001 }),
  film("titanic", {
    title: "Titanic",
    cast: ["Leonardo DiCaprio", "Kate Winslet"],
    extract: "An ocean liner sinks.",
    genre: ["drama"],
    year: 1997,
  }),
  film("yolki", { title: "Ёлки", genre: ["comedy"], year: 2010 }),
  film("spider", { title: "Spider-Man", cast: ["Tobey Maguire"], genre: ["action"], year: 2002 }),
  film("rocky-2", { title: "Rocky II", genre: ["drama"], year: 1979 }),
  film("carmen-1", { title: "Carmen", year: 1915, popularity: 0.2 }),
  film("carmen-2", { title: "Carmen", year: 1915, popularity: 0.6 }),
  film("carmen-jones", { title: "Carmen Jones", year: 1954, popularity: 0.9 }),
  film("opera", { title: "The Opera Night", extract: "A company sings Carmen.", popularity: 1 }),
  film("dollar", { title: "$", year: 1971 }),
];

/** The ids found, in order. */
export async function ids(engine: SearchEngine, query: Partial<SearchQuery>): Promise<string[]> {
  const { items } = await engine.search({ limit: 100, ...query });
  return items.map(({ id }) => id);
}

/** The ids of every page, in order. */
export async function pages(engine: SearchEngine, query: SearchQuery): Promise<string[][]> {
  const result: string[][] = [];
  let after: string | undefined;
  do {
    const page = await engine.search({ ...query, ...(after === undefined ? {} : { after }) });
    result.push(page.items.map(({ id }) => id));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return result;
}
