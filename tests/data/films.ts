/** Real films as documents of the index, and the queries that were judged over them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { SearchDocument } from "../../mixins/search/port.ts";
import { toSearchDocument } from "../../services/catalog/film-index.ts";
import { genreIds } from "../../services/catalog/genres.contract.ts";

interface Row {
  title: string;
  year: number;
  cast: string[];
  genres: string[];
  extract?: string;
}

export interface Judged {
  kind: string;
  q: string;
  expectTitle: string;
  expectYear: number;
  /** Any film of this actor will do. */
  expectActor?: string;
}

const root = join(import.meta.dirname, "../..");
const data = process.env.BIJOU_DATA ?? join(root, "../shared/data");
/** Our own set; the films that it names get their Russian titles too. */
export const russian: {
  titles: { title: string; year: number; ru: string }[];
  queries: Judged[];
} = JSON.parse(readFileSync(join(import.meta.dirname, "search-queries.ru.json"), "utf8"));

export const judgedQueries = (): Judged[] =>
  JSON.parse(readFileSync(join(data, "search-queries.json"), "utf8"));

/** The documents, and who plays in each. */
export function realDocuments(): { documents: SearchDocument[]; castOf: Map<string, string[]> } {
  const file = join(data, "wikipedia-movies.ndjson.gz");
  if (!existsSync(file)) {
    throw new Error(`${file} is missing: set BIJOU_DATA to the folder of the shared data.`);
  }
  const lines = gunzipSync(readFileSync(file)).toString().trim().split("\n");
  const rows = lines.map((line): Row => JSON.parse(line));
  const ru = new Map(russian.titles.map((film) => [`${film.title} ${film.year}`, film.ru]));
  return {
    documents: rows.map((row, i) => toDocument(row, idOf(i), ru)),
    castOf: new Map(rows.map((row, i) => [idOf(i), row.cast])),
  };
}

const idOf = (line: number): string => `line-${String(line + 1).padStart(5, "0")}`;

const slug = (name: string): string => name.toLowerCase().replaceAll(" ", "-");

function toDocument(row: Row, id: string, russianTitles: ReadonlyMap<string, string>) {
  const ru = russianTitles.get(`${row.title} ${row.year}`);
  return toSearchDocument({
    id,
    version: 1,
    kind: "film",
    state: "published",
    titles: { en: row.title, ...(ru === undefined ? {} : { ru }) },
    year: row.year,
    genres: genreIds.filter((genre) => row.genres.some((name) => genre === slug(name))),
    cast: row.cast.map((name) => ({ person: name, name })),
    crew: [],
    extracts: row.extract ? { en: { text: row.extract } } : {},
  });
}
