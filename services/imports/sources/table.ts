/** Films of any table, as its mapping reads it. */
import { readGenres } from "../genres.ts";
import {
  addressOf,
  type Cleaned,
  cut,
  type Fields,
  type FilmInput,
  type ImportOptions,
  imdbOf,
  numberIdOf,
  textOf,
  yearOf,
} from "./clean.ts";
import { MappedRow } from "./mapping.ts";

const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/** ISO dates, and "Jun 12 1998" or "12 June 1998". */
export function dateOf(value: unknown): string | undefined {
  const text = textOf(value) ?? "";
  const iso = /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0];
  const year = /\b\d{4}$/.exec(text)?.[0];
  const month = months.indexOf(/[a-z]{3}/i.exec(text)?.[0]?.toLowerCase() ?? "") + 1;
  const day = /\b\d{1,2}\b/.exec(text)?.[0];
  const two = (part: number | string) => String(part).padStart(2, "0");
  const date = iso ?? (year && month && day ? `${year}-${two(month)}-${two(day)}` : undefined);
  return date && new Date(date).toJSON()?.startsWith(date) ? date : undefined;
}

const within = (value: unknown, least: number, most: number): number | undefined => {
  const number = typeof value === "number" ? value : Number(textOf(value)?.replace(",", ".") ?? "");
  return textOf(value) !== undefined && number >= least && number <= most ? number : undefined;
};
const whole = (value: unknown, least: number, most: number): number | undefined => {
  const number = within(value, least, most);
  return number === undefined ? undefined : Math.round(number);
};

const lasting = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;

export function cleanTable(
  row: Fields,
  { mapping }: Pick<ImportOptions, "mapping">,
  thisYear: number,
): Cleaned | string {
  if (!mapping) return "there is no mapping";
  const read = new MappedRow(row, mapping);
  const key = mapping.key.split("|").map((column) => textOf(row[column]) ?? "");
  if (key.every((part) => part === "")) return `its key (${mapping.key}) is empty`;
  const titles = Object.fromEntries(read.byLanguage("title"));
  if (Object.keys(titles).length === 0) return "it has no title";
  const { genres, unknown } = readGenres(read.list("genres"));
  const film = filmOf(read, thisYear);
  return {
    key: `${mapping.dataset}:${key.join("|")}`,
    film: { ...film, titles, genres },
    normalised: [...read.normalised],
    unknownGenres: unknown,
  };
}

function filmOf(read: MappedRow, thisYear: number): Omit<FilmInput, "titles"> {
  const year = read.get("year", (value) => yearOf(value, thisYear));
  const released = read.get("releaseDate", dateOf);
  const likely = released && yearOf(released, thisYear) ? released : undefined;
  const [count, average] = [
    read.get("votes", (value) => whole(value, 0, Number.MAX_SAFE_INTEGER)),
    read.get("rating", (value) => within(value, 0, 10)),
  ];
  const extracts = read
    .byLanguage("extract")
    .map(([tag, text]) => [tag, { text: cut(text, 20_000) }]);
  const kind = read.get("kind", (v) => (v === "series" || v === "film" ? v : undefined));
  return lasting({
    kind: kind ?? ("film" as const),
    originalTitle: read.get("originalTitle", textOf),
    year: year ?? (likely ? Number(likely.slice(0, 4)) : undefined),
    releaseDate: likely,
    runtimeMinutes: read.get("runtimeMinutes", (value) => whole(value, 1, 100_000)),
    countries: read.list("countries").filter((code) => /^[A-Z]{2}$/.test(code)),
    languages: read.list("languages").filter((tag) => /^[a-z]{2,3}$/.test(tag)),
    tags: read.list("tags").slice(0, 50),
    ageRating: read.get("ageRating", textOf),
    poster: read.get("poster", addressOf),
    extracts: Object.fromEntries(extracts),
    externalIds: lasting({
      imdb: read.get("imdb", imdbOf),
      tmdb: read.get("tmdb", numberIdOf),
      wikipedia: read.get("wikipedia", textOf),
      movielens: read.get("movielens", numberIdOf),
    }),
    votes: count !== undefined && average !== undefined ? { count, average } : undefined,
    cast: read.list("cast").map((name) => ({ name })),
    crew: read.crew(),
  });
}
