/** What is asked of the index, and how what was found is shown. Pure. */
import type { z } from "zod";
import type { Highlight, SearchItem, SearchQuery } from "../../mixins/search/port.ts";
import type { StoredFilm } from "./film-index.ts";
import { bestTag } from "./film-view.ts";
import type { find, Hit } from "./search.contract.ts";

type Asked = z.output<typeof find.params>;

/** @param state the only state that the asker may see, where there is one */
export function queryOf(asked: Asked, state?: string): SearchQuery {
  const { q, sort, limit, cursor, yearFrom, yearTo } = asked;
  const wantedState = state ?? asked.state;
  return {
    q,
    limit,
    facets: asked.facets,
    highlight: asked.highlight,
    filters: {
      ...(asked.genre ? { genre: asked.genre } : {}),
      ...(asked.decade ? { decade: asked.decade.map(String) } : {}),
      ...(asked.kind ? { kind: [asked.kind] } : {}),
      ...(wantedState ? { state: [wantedState] } : {}),
    },
    ...(yearFrom || yearTo ? { ranges: { year: rangeOf(yearFrom, yearTo) } } : {}),
    ...(sort === "relevance" ? {} : { sort: sortOf(sort) }),
    ...(cursor === undefined ? {} : { after: cursor }),
  };
}

const rangeOf = (from?: number, to?: number) => ({
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
});

/** Popularity has one sensible order: the most popular first. */
const sortOf = (sort: string): { by: string; order: "asc" | "desc" } => {
  if (sort === "popularity") return { by: sort, order: "desc" };
  return sort.startsWith("-") ? { by: sort.slice(1), order: "desc" } : { by: sort, order: "asc" };
};

/** A film that was found, in the language that suits its asker best. */
export function shownHit(item: SearchItem, languages: readonly string[] = []): Hit {
  const film = item.stored as StoredFilm;
  return {
    id: item.id,
    score: item.score,
    title: titleOf(film, languages),
    kind: film.kind,
    year: film.year,
    genres: film.genres,
    cast: film.cast,
    poster: film.poster,
    highlights: Object.fromEntries(item.highlights.map((h) => [h.field, marked(h)])),
  };
}

export const titleOf = ({ titles }: StoredFilm, languages: readonly string[] = []): string =>
  titles[bestTag(Object.keys(titles), languages) ?? ""] ?? "";

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => entities[c] ?? c);

/** HTML in which `<mark>` is the only element: everything of the text itself is escaped. */
export function marked({ text, ranges }: Highlight): string {
  let html = "";
  let at = 0;
  for (const [start, end] of ranges) {
    html += `${escaped(text.slice(at, start))}<mark>${escaped(text.slice(start, end))}</mark>`;
    at = end;
  }
  return html + escaped(text.slice(at));
}
