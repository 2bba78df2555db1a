/**
 * The seven TSV files of IMDb (https://developer.imdb.com/non-commercial-datasets) and how they
 * are joined. Of what belongs to titles that nobody chose nothing is kept; what belongs to no
 * title at all is kept to be counted.
 */
import type { Fields, ImportOptions } from "./clean.ts";

const kept = (value: unknown): string | null =>
  typeof value === "string" && value !== "\\N" && value !== "" ? value : null;

/** "tt0114709" and "nm0000158" are kept as numbers. */
const numberOf = (value: unknown): number | undefined => {
  const digits = /^(?:tt|nm)(\d{1,10})$/.exec(String(value))?.[1];
  return digits === undefined ? undefined : Number(digits);
};
const numbersOf = (value: unknown): string =>
  JSON.stringify((kept(value) ?? "").split(",").flatMap((id) => numberOf(id) ?? []));

const noId = "its id is not one of IMDb's";
const chosen = "coalesce((SELECT chosen FROM titles WHERE id = ?1), 1)";

/** Without an order to the contrary: what is shown in a cinema or made like it. */
export const usualTypes = ["movie", "tvMovie"];

/** A table whose rows belong to a title. */
const about = (
  name: string,
  key: string,
  columns: readonly string[],
  definition: string,
  values: (fields: Fields) => (string | number | null)[],
) => ({
  columns: [key, ...columns],
  create: `CREATE TABLE ${name} (id INTEGER, ${definition}) WITHOUT ROWID`,
  insert: `INSERT OR REPLACE INTO ${name} SELECT ?1, ${columns.map(() => "?").join(", ")} WHERE ${chosen}`,
  values: (fields: Fields) => {
    const id = numberOf(fields[key]);
    return id === undefined ? noId : [id, ...values(fields)];
  },
});

const ratings = {
  columns: ["tconst", "averageRating", "numVotes"],
  create: "CREATE TABLE ratings (id INTEGER PRIMARY KEY, average REAL, votes INTEGER)",
  insert: "INSERT OR REPLACE INTO ratings VALUES (?, ?, ?)",
  values: ({ tconst, averageRating, numVotes }: Fields) => {
    const [id, average, votes] = [numberOf(tconst), Number(averageRating), Number(numVotes)];
    if (id === undefined) return noId;
    if (!(average >= 0 && average <= 10 && votes >= 0)) return "its rating is not between 0 and 10";
    return [id, average, votes];
  },
};

const titles = {
  columns: ["tconst", "titleType", "primaryTitle", "originalTitle", "startYear", "genres"],
  required: true,
  create: `CREATE TABLE titles (id INTEGER PRIMARY KEY, line INTEGER, type TEXT, title TEXT,
    original TEXT, adult TEXT, year TEXT, runtime TEXT, genres TEXT, chosen INTEGER)`,
  insert: `INSERT OR REPLACE INTO titles VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,
    ?10 AND (?11 = 0 OR coalesce((SELECT votes FROM ratings WHERE id = ?1), 0) >= ?11))`,
  values: (row: Fields, { titleTypes, minVotes = 0 }: ImportOptions, line: number) => {
    const id = numberOf(row.tconst);
    if (id === undefined) return noId;
    const wanted = (titleTypes ?? usualTypes).includes(String(row.titleType));
    const { titleType, primaryTitle, originalTitle, isAdult, startYear } = row;
    const facts = [primaryTitle, originalTitle, isAdult, startYear, row.runtimeMinutes, row.genres];
    const told = facts.map((fact) => (wanted ? kept(fact) : null));
    return [id, line, String(titleType), ...told, wanted ? 1 : 0, minVotes];
  },
};

const names = {
  columns: ["nconst", "primaryName"],
  create: "CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT)",
  before: `CREATE TABLE wanted (id INTEGER PRIMARY KEY);
    INSERT OR IGNORE INTO wanted SELECT person FROM principals;
    INSERT OR IGNORE INTO wanted SELECT value FROM crew, json_each(crew.directors);
    INSERT OR IGNORE INTO wanted SELECT value FROM crew, json_each(crew.writers)`,
  insert: "INSERT OR REPLACE INTO names SELECT ?1, ?2 WHERE ?1 IN (SELECT id FROM wanted)",
  values: ({ nconst, primaryName }: Fields) => {
    const id = numberOf(nconst);
    return id === undefined ? noId : [id, kept(primaryName)];
  },
};

const people = (list: string) => `(SELECT json_group_array(json_object('id', n.id, 'name', n.name))
  FROM json_each(crew.${list}) JOIN names n ON n.id = value)`;
const strangers = (table: string) =>
  `(SELECT count(*) FROM ${table} WHERE id NOT IN (SELECT id FROM titles))`;

/** How the files are joined; read by the staging of mixins/intake. */
export const imdbTables = {
  tables: {
    ratings,
    titles,
    akas: about(
      "akas",
      "titleId",
      ["ordering", "title", "region", "language", "types"],
      "ordering INTEGER, title TEXT, region TEXT, language TEXT, types TEXT, PRIMARY KEY (id, ordering)",
      (f) => [Number(f.ordering), ...[f.title, f.region, f.language, f.types].map(kept)],
    ),
    crew: about(
      "crew",
      "tconst",
      ["directors", "writers"],
      "directors TEXT, writers TEXT, PRIMARY KEY (id)",
      (f) => [numbersOf(f.directors), numbersOf(f.writers)],
    ),
    episodes: about(
      "episodes",
      "tconst",
      ["parentTconst", "seasonNumber", "episodeNumber"],
      "parent INTEGER, season TEXT, number TEXT, PRIMARY KEY (id)",
      (f) => [numberOf(f.parentTconst) ?? null, kept(f.seasonNumber), kept(f.episodeNumber)],
    ),
    principals: about(
      "principals",
      "tconst",
      ["ordering", "nconst", "category", "characters"],
      "ordering INTEGER, person INTEGER, category TEXT, characters TEXT, PRIMARY KEY (id, ordering)",
      (f) => [Number(f.ordering), numberOf(f.nconst) ?? null, kept(f.category), kept(f.characters)],
    ),
    names,
  },
  rows: `
    SELECT titles.line, titles.id, type, title, original, adult, year, runtime, genres, average,
      votes, parent, season, number, ${people("directors")} AS directors,
      ${people("writers")} AS writers,
      (SELECT json_group_array(json_array(title, region, language, types)) FROM
        (SELECT * FROM akas WHERE akas.id = titles.id ORDER BY ordering)) AS akas,
      (SELECT json_group_array(json_array(n.id, n.name, category, characters)) FROM
        (SELECT * FROM principals WHERE principals.id = titles.id ORDER BY ordering)
        JOIN names n ON n.id = person) AS principals
    FROM titles LEFT JOIN ratings USING (id) LEFT JOIN crew USING (id)
      LEFT JOIN episodes USING (id)
    WHERE chosen ORDER BY type = 'tvEpisode', titles.id`,
  orphans: `SELECT ${["ratings", "akas", "crew", "episodes", "principals"].map(strangers).join(" + ")}
    + (SELECT count(*) FROM episodes WHERE parent NOT IN (SELECT id FROM titles))
    + (SELECT count(*) FROM principals WHERE EXISTS (SELECT 1 FROM names)
        AND person NOT IN (SELECT id FROM names))`,
};
