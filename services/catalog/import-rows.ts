/** Clean and match: from a row of a source to what is handed to the films, and what it showed. Pure. */
import { hash } from "node:crypto";
import type { z } from "zod";
import type { ImportedRow } from "./absorb.contract.ts";
import { isEmpty } from "./fields.ts";
import { FilmDraft } from "./film.contract.ts";
import type { Quality, SourceName } from "./import.contract.ts";
import { personId } from "./people.ts";
import type { Cleaned, Cleaner, Fields, ImportOptions } from "./sources/clean.ts";
import { cleanImdb } from "./sources/imdb.ts";
import { cleanMovielens } from "./sources/movielens.ts";
import { cleanTable } from "./sources/table.ts";
import { cleanWikipedia } from "./sources/wikipedia.ts";

export type Imported = z.output<typeof ImportedRow>;
export type Findings = z.output<typeof Quality>;
export type ImportSource = z.output<typeof SourceName>;

interface Rules {
  clean: Cleaner;
  /** Raised when the cleaner reads rows otherwise: then unchanged rows are taken in again. */
  edition: number;
  /** Of these fields a missing value is worth counting. */
  gives: readonly string[];
}

const rules: Record<ImportSource, Rules> = {
  wikipedia: {
    clean: cleanWikipedia,
    edition: 1,
    gives: ["year", "genres", "cast", "extracts", "poster", "wikipedia"],
  },
  movielens: {
    clean: cleanMovielens,
    edition: 1,
    gives: ["year", "genres", "tags", "votes", "imdb", "tmdb"],
  },
  imdb: {
    clean: cleanImdb,
    edition: 1,
    gives: ["year", "genres", "cast", "crew", "votes", "runtimeMinutes"],
  },
  table: {
    clean: cleanTable,
    edition: 1,
    gives: ["year", "genres", "cast", "crew", "extracts", "poster", "runtimeMinutes", "votes"],
  },
};

export interface Understood {
  row: Imported;
  cleaned: Cleaned;
  /** What another row may have too: then one of them is suspect. */
  marks: string[];
  /** Length of the film as JSON. */
  chars: number;
}

const digest = (value: unknown): string =>
  hash("sha256", typeof value === "string" ? value : JSON.stringify(value)).slice(0, 32);

/** The same for the same content, in whatever order its fields stand. */
const contentHash = (fields: Fields, edition: number, mapping: unknown): string =>
  digest([
    edition,
    mapping ?? 0,
    Object.keys(fields)
      .sort()
      .map((name) => [name, fields[name]]),
  ]);

const bounded = (key: string): string =>
  key.length <= 300 ? key : `${key.slice(0, 250)}|${digest(key)}`;

/** The row as the films take it, or the reason why it is rejected. */
export function understand(
  source: ImportSource,
  fields: Fields,
  ordinal: number,
  options: ImportOptions,
  thisYear: number,
): Understood | string {
  const { clean, edition } = rules[source];
  const cleaned = clean(fields, options, thisYear);
  if (typeof cleaned === "string") return cleaned;
  const film = FilmDraft.safeParse(cleaned.film);
  if (!film.success) {
    const [issue] = film.error.issues;
    return `${issue?.path.join(".")}: ${issue?.message}`;
  }
  const key = bounded(cleaned.key);
  const from = { source, key, hash: contentHash(fields, edition, options.mapping) };
  const texts = Object.values(film.data.extracts).map(({ text }) => digest(text));
  // Here, in the worker, since a catalogue has more people than films.
  for (const place of [...film.data.cast, ...film.data.crew]) place.person ??= personId(place);
  return {
    row: { row: ordinal, from, film: film.data },
    cleaned,
    marks: [digest(`key ${key}`), ...texts],
    chars: JSON.stringify(film.data).length,
  };
}

export const nothingFound = (): Findings => ({
  nulls: {},
  normalised: {},
  unknownGenres: {},
  duplicates: 0,
  near: 0,
  orphans: 0,
});

/** Names come from outside: beyond so many they are counted together. */
const mostNames = 100;

const count = (counts: Record<string, number>, name: string, more = 1): void => {
  const known =
    Object.hasOwn(counts, name) || Object.keys(counts).length < mostNames ? name : "(others)";
  counts[known] = (counts[known] ?? 0) + more;
};

const isMissing = (film: FilmDraft, field: string): boolean =>
  isEmpty((film as Fields)[field] ?? (film.externalIds as Fields)[field]);

/** What rows showed. @param duplicates how many repeat what an earlier one had */
export function noted(
  source: ImportSource,
  rows: readonly Understood[],
  duplicates: number,
): Findings {
  const findings = { ...nothingFound(), duplicates };
  for (const { row, cleaned } of rows) {
    for (const field of rules[source].gives) {
      if (isMissing(row.film, field)) count(findings.nulls, field);
    }
    for (const kind of cleaned.normalised) count(findings.normalised, kind);
    for (const name of cleaned.unknownGenres) count(findings.unknownGenres, name);
  }
  return findings;
}

/** The sum of two findings. */
export function summed(a: Findings, b: Findings): Findings {
  const sum = structuredClone(a);
  for (const part of ["nulls", "normalised", "unknownGenres"] as const) {
    for (const [name, more] of Object.entries(b[part])) count(sum[part], name, more);
  }
  for (const part of ["duplicates", "near", "orphans"] as const) sum[part] += b[part];
  return sum;
}
