/** Real films as documents of the index, and the queries that were judged over them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { documentOf, idOf, rowsOf } from "../../bench/lib/documents.ts";
import type { SearchDocument } from "../../mixins/search/port.ts";

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
  const rows = rowsOf(file);
  const ru = new Map(russian.titles.map((film) => [`${film.title} ${film.year}`, film.ru]));
  return {
    documents: rows.map((row, i) => documentOf(row, idOf(i), ru.get(`${row.title} ${row.year}`))),
    castOf: new Map(rows.map((row, i) => [idOf(i), row.cast])),
  };
}
