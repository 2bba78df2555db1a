/** Films of Wikipedia as documents of the index. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { SearchDocument } from "../../mixins/search/port.ts";
import { toSearchDocument } from "../../services/catalog/film-index.ts";
import { genreIds } from "../../services/catalog/genres.contract.ts";
import { madeFilms, realFilms } from "./films.ts";

export interface Row {
  title: string;
  year: number;
  cast: string[];
  genres: string[];
  extract?: string;
}

const slug = (name: string): string => name.toLowerCase().replaceAll(" ", "-");

/** The rows of a gzipped file. */
export function rowsOf(file: string): Row[] {
  const lines = gunzipSync(readFileSync(file)).toString().trim().split("\n");
  return lines.map((line): Row => JSON.parse(line));
}

export const idOf = (line: number): string => `line-${String(line + 1).padStart(5, "0")}`;

/** @param ru the title in Russian, where it has one */
export function documentOf(row: Row, id: string, ru?: string): SearchDocument {
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

/** The real films where they are, else as many made ones. */
export async function filmDocuments(
  folder: string,
): Promise<{ documents: SearchDocument[]; kind: "real" | "made" }> {
  const real = realFilms();
  const rows = rowsOf(real ?? (await madeFilms(folder, 36_273)));
  const documents = rows.map((row, i) => documentOf(row, idOf(i)));
  return { documents, kind: real ? "real" : "made" };
}
