/** Clean and match: from a row of a source to what is handed to the films, and what it showed. Pure. */
import { hash } from "node:crypto";
import type { z } from "zod";
import type { ImportedRow } from "../catalog/absorb.contract.ts";
import { testOf } from "../catalog/exact.contract.ts";
import { FilmDraft } from "../catalog/film.contract.ts";
import { personId } from "../catalog/people.contract.ts";
import type { SourceName } from "./import.contract.ts";
import type { Cleaned, Cleaner, Fields, ImportOptions } from "./sources/clean.ts";
import { cleanImdb } from "./sources/imdb.ts";
import { cleanMovielens } from "./sources/movielens.ts";
import { cleanTable } from "./sources/table.ts";
import { cleanWikipedia } from "./sources/wikipedia.ts";

export type Imported = z.output<typeof ImportedRow>;
export type ImportSource = z.output<typeof SourceName>;

interface Rules {
  clean: Cleaner;
  /** Raised when the cleaner reads rows otherwise: then unchanged rows are taken in again. */
  edition: number;
  /** Of these fields a missing value is worth counting. */
  gives: readonly string[];
}

export const rules: Record<ImportSource, Rules> = {
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
  /** Length of what the source says, as JSON. */
  chars: number;
}

const digest = (text: string): string => hash("sha256", text).slice(0, 32);

/** The same text for the same content, in whatever order its fields stand. */
const contentOf = (fields: Fields, edition: number, mapping: unknown): string =>
  JSON.stringify([
    edition,
    mapping ?? 0,
    Object.keys(fields)
      .sort()
      .map((name) => [name, fields[name]]),
  ]);

const bounded = (key: string): string =>
  key.length <= 300 ? key : `${key.slice(0, 250)}|${digest(key)}`;

const isWhole = testOf(FilmDraft);

/** The draft that a cleaner's film is; most are one as they stand, and are not copied. */
function draftOf(film: Cleaned["film"]) {
  const whole = {
    ...{ kind: "film", countries: [], languages: [], genres: [], tags: [] },
    ...{ extracts: {}, externalIds: {}, cast: [], crew: [] },
    ...film,
  };
  if (!isWhole(whole)) return FilmDraft.safeParse(film);
  return { success: true, data: whole as FilmDraft } as const;
}

/** Ids made before: the same people come film after film, and an id of a name is a hash. */
const ids = new Map<string, string>();
const mostIds = 50_000;

function idOf({ name, imdb }: { name: string; imdb?: string | undefined }): string {
  const key = imdb ?? name;
  const known = ids.get(key);
  if (known) return known;
  if (ids.size >= mostIds) ids.clear();
  const made = personId({ name, imdb });
  ids.set(key, made);
  return made;
}

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
  const film = draftOf(cleaned.film);
  if (!film.success) {
    const [issue] = film.error.issues;
    return `${issue?.path.join(".")}: ${issue?.message}`;
  }
  const key = bounded(cleaned.key);
  const content = contentOf(fields, edition, options.mapping);
  const from = { source, key, hash: digest(content) };
  const texts = Object.values(film.data.extracts).map(({ text }) => digest(text));
  // Here, in the worker, since a catalogue has more people than films.
  for (const place of film.data.cast) place.person ??= idOf(place);
  for (const place of film.data.crew) place.person ??= idOf(place);
  return {
    row: { row: ordinal, from, film: film.data },
    cleaned,
    marks: [digest(`key ${key}`), ...texts],
    chars: content.length,
  };
}
