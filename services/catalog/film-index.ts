/** How films are searched: the definition of their index, and the document that a film becomes. */
import type { IndexDefinition, SearchDocument } from "../../mixins/search/port.ts";
import { fold } from "../shared/text.ts";
import type { Film } from "./film.contract.ts";

export const filmIndex = {
  name: "films",
  version: 1,
  fields: [
    { name: "title", weight: 10, role: "title" },
    { name: "cast", weight: 4, role: "names" },
    { name: "crew", weight: 3, role: "names" },
    { name: "about", weight: 2, role: "text" },
    { name: "extract", weight: 1, role: "text" },
  ],
  facets: ["genre", "decade", "kind", "state"],
  sorts: ["year", "title", "popularity"],
} as const satisfies IndexDefinition;

/** What of a film is searched or shown with the hit. */
export type IndexedFilm = Pick<
  Film,
  | "id"
  | "version"
  | "kind"
  | "state"
  | "titles"
  | "originalTitle"
  | "year"
  | "genres"
  | "cast"
  | "crew"
  | "extracts"
  | "poster"
  | "votes"
>;

/** What a hit gives back. */
export interface StoredFilm {
  readonly id: string;
  readonly kind: Film["kind"];
  readonly state: Film["state"];
  readonly titles: Film["titles"];
  readonly originalTitle: string | null;
  readonly year: number | null;
  readonly genres: Film["genres"];
  readonly poster: string | null;
  /** The names of the first five. */
  readonly cast: string[];
}

const storedCast = 5;
/** People beyond these are found on the film's page, not by search. */
const searchedPeople = 60;

export function toSearchDocument(film: IndexedFilm): SearchDocument {
  const titles = unique([...Object.values(film.titles), film.originalTitle]);
  const cast = unique(film.cast.map(({ name }) => name)).slice(0, searchedPeople);
  const crew = unique(film.crew.map(({ name }) => name)).slice(0, searchedPeople);
  const extracts = Object.values(film.extracts).map(({ text }) => text);
  const popularity = popularityOf(film.votes?.count, Math.max(0, ...extracts.map((t) => t.length)));
  const year = film.year ?? null;
  const stored: StoredFilm = {
    id: film.id,
    kind: film.kind,
    state: film.state,
    titles: film.titles,
    originalTitle: film.originalTitle ?? null,
    year,
    genres: film.genres,
    poster: film.poster ?? null,
    cast: cast.slice(0, storedCast),
  };
  return {
    id: film.id,
    version: film.version,
    fields: {
      title: titles,
      cast,
      crew,
      about: [...film.genres, ...(year === null ? [] : [String(year)])],
      extract: extracts,
    },
    facets: {
      genre: film.genres,
      decade: year === null ? [] : [String(year - (year % 10))],
      kind: [film.kind],
      state: [film.state],
    },
    sorts: { year, title: fold(titles[0] ?? ""), popularity },
    popularity,
    stored,
  };
}

/** The texts that are there, each once. */
const unique = (texts: readonly (string | undefined)[]): string[] => [
  ...new Set(texts.filter((text) => text !== undefined)),
];

/** A million votes are all the fame there is; so are 1,500 letters where nobody has voted. */
const famousVotes = 1_000_000;
const famousLetters = 1500;

/**
 * How well known a film is, 0 to 1. Both measures diminish: the step from 10 votes to 100 counts as
 * much as that from 100 to 1,000. Without votes the length of the extract stands for them.
 */
export function popularityOf(votes: number | undefined, extractLetters: number): number {
  const told = share(extractLetters / 100, famousLetters / 100);
  return votes === undefined ? told : 0.3 * told + 0.7 * share(votes, famousVotes);
}

const share = (amount: number, most: number): number =>
  Math.min(1, Math.log1p(amount) / Math.log1p(most));
