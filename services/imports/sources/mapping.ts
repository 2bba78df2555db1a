/**
 * A mapping says which column of a table is which field of a film. Fields: `title` and `extract`
 * (also with a language: `title.ru`), `originalTitle`, `kind`, `year`, `releaseDate`,
 * `runtimeMinutes`, `countries`, `languages`, `genres`, `tags`, `ageRating`, `poster`, `imdb`,
 * `tmdb`, `wikipedia`, `movielens`, `votes`, `rating` (0 to 10), `cast`, `crew.<job>`.
 */
import { type Fields, type ImportOptions, textOf } from "./clean.ts";

export type TableMapping = NonNullable<ImportOptions["mapping"]>;

const known =
  /^(?:(?:title|extract)(?:\.[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)?|originalTitle|kind|year|releaseDate|runtimeMinutes|countries|languages|genres|tags|ageRating|poster|imdb|tmdb|wikipedia|movielens|votes|rating|cast|crew\.[\p{L} ]{1,100})$/u;

/** What is wrong with a mapping, in a sentence for a person; nothing when it can be used. */
export function faultOf(mapping: TableMapping | undefined): string | undefined {
  if (!mapping) return "a table needs a mapping. Give one with --mapping <file>.";
  const names = [...Object.keys(mapping.fields), ...Object.keys(mapping.fixed ?? {})];
  const wrong = names.find((name) => !known.test(name));
  if (wrong) {
    return (
      `the mapping names the field "${wrong}", which films do not have. They have title, extract ` +
      "(also title.ru), originalTitle, kind, year, releaseDate, runtimeMinutes, countries, " +
      "languages, genres, tags, ageRating, poster, imdb, tmdb, wikipedia, movielens, votes, " +
      "rating, cast, crew.director and other crew."
    );
  }
  if (!names.some((name) => name.startsWith("title"))) return "the mapping names no title.";
  return undefined;
}

/** The columns that a table must have for a mapping; several make one key: `Title|Year`. */
export const columnsOf = ({ key, fields }: TableMapping): string[] => [
  ...new Set([...key.split("|"), ...Object.values(fields)]),
];

/** A row of a table, read by the names of a film's fields. */
export class MappedRow {
  readonly normalised = new Set<string>();
  readonly #row: Fields;
  readonly #mapping: TableMapping;

  constructor(row: Fields, mapping: TableMapping) {
    this.#row = row;
    this.#mapping = mapping;
  }

  /** The value of a field of a film: of its column, else the fixed one. */
  raw(name: string): unknown {
    const column = this.#mapping.fields[name];
    const value = column === undefined ? undefined : this.#row[column];
    return textOf(value) === undefined && !Array.isArray(value)
      ? this.#mapping.fixed?.[name]
      : value;
  }

  /** A field as `read` understands it; what it does not understand is left out and counted. */
  get<T>(name: string, read: (value: unknown) => T | undefined): T | undefined {
    const raw = this.raw(name);
    const value = read(raw);
    const given = textOf(raw) !== undefined;
    if (value === undefined && given) this.normalised.add(`${name}-dropped`);
    else if (typeof value === "string" && value !== raw) this.normalised.add(`${name}-tidied`);
    return value;
  }

  list(name: string): string[] {
    const raw = this.raw(name);
    const parts = Array.isArray(raw) ? raw : (textOf(raw)?.split(this.#mapping.split ?? ",") ?? []);
    return [...new Set(parts.flatMap((part) => textOf(part) ?? []))];
  }

  /** Values by language tag: of `title` and of `title.ru`. */
  byLanguage(name: string): [string, string][] {
    const { fields, fixed = {}, language = "und" } = this.#mapping;
    const names = [...Object.keys(fields), ...Object.keys(fixed)].filter(
      (other) => other === name || other.startsWith(`${name}.`),
    );
    return names.flatMap((other): [string, string][] => {
      const text = this.get(other, textOf);
      return text ? [[other.slice(name.length + 1) || language, text]] : [];
    });
  }

  crew(): { name: string; job: string }[] {
    const { fields, fixed = {} } = this.#mapping;
    return [...Object.keys(fields), ...Object.keys(fixed)]
      .filter((name) => name.startsWith("crew."))
      .flatMap((field) => this.list(field).map((name) => ({ name, job: field.slice(5) })));
  }
}
