import { collection, type Stored } from "../../mixins/documents/collection.ts";
import type { Store } from "../../mixins/documents/store.ts";
import type { FilmBody } from "./film.ts";

/** A film as it is kept. */
export type FilmDocument = FilmBody & Stored;

export const films = collection<FilmDocument>({
  name: "films",
  indexes: {
    year: { sorts: true },
    sortTitle: { sorts: true },
    people: {},
    match: {},
    "series.id": {},
    origin: { unique: true },
    ids: { unique: true },
  },
});

export interface Listing {
  kind?: string | undefined;
  genre?: string | undefined;
  state?: string | undefined;
  yearFrom?: number | undefined;
  yearTo?: number | undefined;
  person?: string | undefined;
  series?: string | undefined;
  sort: string;
  limit: number;
  cursor?: string | undefined;
}

/** One page of films by what a listing may ask. */
export function listed(store: Store<FilmDocument>, asked: Listing) {
  const { yearFrom, yearTo } = asked;
  return store.find({
    where: {
      kind: asked.kind,
      genres: asked.genre,
      state: asked.state,
      people: asked.person,
      "series.id": asked.series,
      year: yearFrom || yearTo ? { gte: yearFrom, lte: yearTo } : undefined,
    },
    sort: asked.sort.replace("title", "sortTitle"),
    limit: asked.limit,
    after: asked.cursor,
  });
}

/** All films that have any of these match keys. */
export async function sharing(store: Store<FilmDocument>, keys: string[]): Promise<FilmDocument[]> {
  const found: FilmDocument[] = [];
  for await (const batch of store.each({ match: { in: keys } })) found.push(...batch);
  return found;
}
