/** Films, series and episodes of IMDb, as its joined files give them. */
import { readGenres } from "../genres.ts";
import { type Cleaned, type Fields, type FilmInput, textOf, yearOf } from "./clean.ts";

const kinds: Record<string, "film" | "series" | "episode"> = {
  tvSeries: "series",
  tvMiniSeries: "series",
  tvEpisode: "episode",
};

/** What language a title for a region is in, where IMDb names the region alone. */
const languageOf = Object.fromEntries(
  (
    "en:US,GB,AU,CA,IE,XWW ru:RU,SUHH,BY de:DE,AT,DDDE,XWG es:ES,AR,MX pt:PT,BR fr:FR it:IT ja:JP " +
    "zh:CN ko:KR nl:NL no:NO pl:PL ro:RO sv:SE tr:TR uk:UA cs:CZ da:DK fi:FI el:GR hu:HU"
  )
    .split(" ")
    .map((entry) => entry.split(":"))
    .flatMap(([language, regions = ""]) => regions.split(",").map((region) => [region, language])),
) as Record<string, string | undefined>;
const usual = new Set(["", "imdbDisplay", "original"]);
const tag = /^[a-z]{2,3}$/;
const acting = new Set(["actor", "actress", "self"]);

const idOf = (kind: "tt" | "nm", id: unknown): string => `${kind}${String(id).padStart(7, "0")}`;
const listOf = <T>(json: unknown): T[] => JSON.parse(String(json ?? "[]")) as T[];

type Aka = [title: string, region: string | null, language: string | null, types: string | null];
type Principal = [id: number, name: string | null, category: string | null, roles: string | null];

/** Titles by language; the primary one stands under `und`, since IMDb does not say its language. */
function titlesOf(title: string, akas: readonly Aka[]): Record<string, string> {
  const titles: Record<string, string> = {};
  for (const [other, region, language, types] of akas) {
    const known = language && tag.test(language) ? language : languageOf[region ?? ""];
    const text = textOf(other)?.slice(0, 500);
    if (known && text && usual.has(types ?? "")) titles[known] ??= text;
  }
  return Object.values(titles).includes(title) ? titles : { und: title, ...titles };
}

/** The cell holds a JSON array: `["Woody","Sheriff"]`. */
function characterOf(cell: string | null, normalised: string[]): string | undefined {
  if (!cell) return undefined;
  try {
    const names = JSON.parse(cell) as unknown;
    if (Array.isArray(names)) return textOf(names.join(" / "))?.slice(0, 300);
  } catch {
    // Counted below.
  }
  normalised.push("character-debris");
  return undefined;
}

function castOf(principals: readonly Principal[], normalised: string[]) {
  return principals
    .filter(([, name, category]) => name && acting.has(category ?? ""))
    .map(([id, name, , roles]) => {
      const character = characterOf(roles, normalised);
      const who = { name: String(name).slice(0, 200), imdb: idOf("nm", id) };
      return character ? { ...who, character } : who;
    });
}

interface Person {
  id: number;
  name: string | null;
}

function crewOf(row: Fields, principals: readonly Principal[]) {
  const crew = new Map<string, { name: string; imdb: string; job: string }>();
  const add = (job: string, id: number, name: string | null) => {
    const person = name && { name: name.slice(0, 200), imdb: idOf("nm", id), job };
    if (person) crew.set(`${job} ${id}`, person);
  };
  for (const { id, name } of listOf<Person>(row.directors)) add("director", id, name);
  for (const { id, name } of listOf<Person>(row.writers)) add("writer", id, name);
  for (const [id, name, category] of principals) {
    const job = category?.replaceAll("_", " ");
    if (job && !acting.has(job) && !job.startsWith("archive")) add(job, id, name);
  }
  return [...crew.values()].slice(0, 500);
}

function figuresOf(row: Fields, thisYear: number): Partial<FilmInput> {
  const year = yearOf(row.year, thisYear);
  const runtime = Number(row.runtime);
  const timed = Number.isInteger(runtime) && runtime > 0 && runtime <= 100_000;
  return {
    ...(year ? { year } : {}),
    ...(timed ? { runtimeMinutes: runtime } : {}),
    ...(row.votes ? { votes: { count: Number(row.votes), average: Number(row.average) } } : {}),
  };
}

/** The season and number of an episode; the series itself is looked up by its id. */
function placeOf(row: Fields): Pick<Cleaned, "series"> {
  const [season, number] = [Number(row.season ?? Number.NaN), Number(row.number ?? Number.NaN)];
  const fits = season >= 0 && season <= 1000 && number >= 0 && number <= 100_000;
  return row.parent && fits ? { series: { imdb: idOf("tt", row.parent), season, number } } : {};
}

export function cleanImdb(row: Fields, _options: unknown, thisYear: number): Cleaned | string {
  const title = textOf(row.title);
  if (!title) return "it has no primaryTitle";
  if (title.length > 500) return "its primaryTitle is over 500 characters long";
  const normalised: string[] = title === row.title ? [] : ["title-spaces"];
  const original = textOf(row.original)?.slice(0, 500);
  const { genres, unknown } = readGenres(String(row.genres ?? "").split(","));
  if (row.adult === "1" && !genres.includes("adult")) genres.push("adult");
  const principals = listOf<Principal>(row.principals);
  const id = idOf("tt", row.id);
  return {
    key: id,
    film: {
      kind: kinds[String(row.type)] ?? "film",
      titles: titlesOf(title, listOf<Aka>(row.akas)),
      ...(original && original !== title ? { originalTitle: original } : {}),
      ...figuresOf(row, thisYear),
      genres,
      cast: castOf(principals, normalised).slice(0, 500),
      crew: crewOf(row, principals),
      externalIds: { imdb: id },
    },
    normalised,
    unknownGenres: unknown,
    ...placeOf(row),
  };
}
