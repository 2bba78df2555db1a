/**
 * MovieLens: movies, and where given links (to IMDb and TMDB), ratings (½ to 5 stars) and tags.
 * Which file is which is told by its header.
 */
import { readGenres } from "../genres.ts";
import { type Cleaned, type Fields, imdbOf, numberIdOf, textOf, yearOf } from "./clean.ts";

/** Values of a row of a movie, or what is wrong with it. */
const ofMovie = (fields: Fields, values: (id: number) => (string | number)[] | string) => {
  const id = numberIdOf(fields.movieId);
  return id === undefined ? "its movieId is no number" : values(Number(id));
};

/** How the files are joined; read by the staging of mixins/intake. */
export const movielensTables = {
  tables: {
    movies: {
      columns: ["movieId", "title", "genres"],
      required: true,
      create: "CREATE TABLE movies (line INTEGER PRIMARY KEY, id INTEGER, title TEXT, genres TEXT)",
      insert: "INSERT INTO movies VALUES (?, ?, ?, ?)",
      values: (row: Fields, _options: unknown, line: number) =>
        ofMovie(row, (id) => [line, id, String(row.title), String(row.genres)]),
    },
    links: {
      columns: ["movieId", "imdbId", "tmdbId"],
      create: "CREATE TABLE links (id INTEGER PRIMARY KEY, imdb TEXT, tmdb TEXT)",
      insert: "INSERT OR REPLACE INTO links VALUES (?, ?, ?)",
      values: (row: Fields) => ofMovie(row, (id) => [id, String(row.imdbId), String(row.tmdbId)]),
    },
    ratings: {
      columns: ["userId", "movieId", "rating"],
      create: "CREATE TABLE ratings (id INTEGER PRIMARY KEY, count INTEGER, sum REAL)",
      insert: `INSERT INTO ratings VALUES (?, 1, ?)
        ON CONFLICT DO UPDATE SET count = count + 1, sum = sum + excluded.sum`,
      values: (row: Fields) =>
        ofMovie(row, (id) => {
          const stars = Number(row.rating || Number.NaN);
          return stars >= 0 && stars <= 5 ? [id, stars] : "its rating is not between 0 and 5";
        }),
    },
    tags: {
      columns: ["userId", "movieId", "tag"],
      create: `CREATE TABLE tags (id INTEGER, tag TEXT, count INTEGER, PRIMARY KEY (id, tag))
        WITHOUT ROWID`,
      insert: "INSERT INTO tags VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1",
      values: (row: Fields) =>
        ofMovie(row, (id) => {
          const tag = textOf(row.tag)?.toLowerCase();
          return tag && tag.length <= 100 ? [id, tag] : "its tag is empty or too long";
        }),
    },
  },
  after: "CREATE INDEX movies_by_id ON movies (id)",
  rows: `
    SELECT movies.line, movies.id AS movieId, title, genres, imdb, tmdb, ratings.count, ratings.sum,
      (SELECT json_group_array(tag) FROM
        (SELECT tag FROM tags WHERE tags.id = movies.id ORDER BY count DESC, tag LIMIT 20)) AS tags
    FROM movies LEFT JOIN links USING (id) LEFT JOIN ratings USING (id) ORDER BY movies.line`,
  orphans: `
    SELECT (SELECT count(*) FROM links WHERE id NOT IN (SELECT id FROM movies))
      + (SELECT coalesce(sum(count), 0) FROM ratings WHERE id NOT IN (SELECT id FROM movies))
      + (SELECT coalesce(sum(count), 0) FROM tags WHERE id NOT IN (SELECT id FROM movies))`,
};

const ending = /\s*\((\d{4})(?:\s*([-–])\s*(?:\d{4})?)?\)\s*$/;
const articles =
  "The|A|An|La|Le|Les|Un|Une|Der|Die|Das|Ein|Eine|El|Los|Las|Il|Lo|Gli|I|Det|Den|De|Het|En|O|Os";
const article = new RegExp(`^(.+), (?:(${articles})|(L'))$`, "i");
const bracket = /^(.+) \(((?:[^()]|\([^()]*\))+)\)$/;
const alias = /^a\.?k\.?a\.? /i;

/** "American President, The" is read aloud with its article first. */
export function articleFirst(title: string): string {
  const [, rest, word, elided] = article.exec(title) ?? [];
  if (!rest) return title;
  return word ? `${word} ${rest}` : `${elided}${rest}`;
}

/** Other titles stand in brackets behind the title; the last one comes first here. */
function withoutBrackets(whole: string): { title: string; others: string[] } {
  const others: string[] = [];
  let title = whole;
  for (let found = bracket.exec(title); found; found = bracket.exec(title)) {
    const [, before = "", inner = ""] = found;
    // Of "Birdman: Or (The Unexpected Virtue of Ignorance)" the bracket is a part of the title.
    if (/\bor$/i.test(before)) break;
    others.push(inner);
    title = before;
  }
  return { title, others };
}

/**
 * Takes apart "City of Lost Children, The (Cité des enfants perdus, La) (1995)".
 *
 * @returns `range`: whether there are years of a series: "(1975-1979)", "(2007-)"
 */
export function readTitle(raw: string, thisYear: number) {
  const [end = "", year, dash] = ending.exec(raw) ?? [];
  const { title, others } = withoutBrackets(raw.slice(0, raw.length - end.length).trim());
  const original = others.find((other) => !alias.test(other)) ?? others[0]?.replace(alias, "");
  const known = yearOf(year, thisYear);
  return {
    title: articleFirst(title),
    ...(original ? { original: articleFirst(original) } : {}),
    ...(known ? { year: known } : {}),
    range: dash !== undefined,
  };
}

export function cleanMovielens(row: Fields, _options: unknown, year: number): Cleaned | string {
  const raw = textOf(row.title);
  if (!raw) return "it has no title";
  if (raw.length > 1000) return "its title is over 1000 characters long";
  const read = readTitle(raw, year);
  if (read.title.length > 500) return "its title is over 500 characters long";
  const id = String(row.movieId);
  const { genres, unknown } = readGenres(String(row.genres ?? "").split("|"));
  const count = Number(row.count ?? 0);
  const [imdb, tmdb] = [imdbOf(row.imdb), numberIdOf(row.tmdb)];
  const normalised = [
    ...(raw !== row.title ? ["title-spaces"] : []),
    ...(!raw.startsWith(read.title) ? ["title-article"] : []),
    ...(typeof row.imdb === "string" && /^\d/.test(row.imdb) ? ["imdb-padded"] : []),
  ];
  return {
    key: id,
    film: {
      kind: read.range ? "series" : "film",
      titles: { en: read.title },
      ...(read.original ? { originalTitle: read.original.slice(0, 500) } : {}),
      ...(read.year ? { year: read.year } : {}),
      genres,
      tags: JSON.parse(String(row.tags ?? "[]")) as string[],
      externalIds: { movielens: id, ...(imdb ? { imdb } : {}), ...(tmdb ? { tmdb } : {}) },
      // Stars up to five become a scale of ten.
      ...(count > 0 ? { votes: { count, average: round((Number(row.sum) / count) * 2) } } : {}),
    },
    normalised,
    unknownGenres: unknown,
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;
