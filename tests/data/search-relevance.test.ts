/**
 * How well films are found, over the judged queries: real films, every query once, facets on. The
 * Cyrillic set is our own; the films that it names get their Russian titles too.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { SearchEngine } from "../../mixins/search/port.ts";
import { sqliteSearch } from "../../mixins/search/sqlite/engine.ts";
import { filmIndex, type StoredFilm, toSearchDocument } from "../../services/catalog/film-index.ts";
import { genreIds } from "../../services/catalog/genres.contract.ts";

interface Row {
  title: string;
  year: number;
  cast: string[];
  genres: string[];
  extract?: string;
}

interface Judged {
  kind: string;
  q: string;
  expectTitle: string;
  expectYear: number;
  /** Any film of this actor will do. */
  expectActor?: string;
}

interface Rates {
  count: number;
  /** The share of queries that find their film first, and in the first ten, in percent. */
  first: number;
  ten: number;
}

const root = join(import.meta.dirname, "../..");
const data = process.env.BIJOU_DATA ?? join(root, "../shared/data");
const filmsFile = join(data, "wikipedia-movies.ndjson.gz");
const russian: { titles: { title: string; year: number; ru: string }[]; queries: Judged[] } =
  JSON.parse(readFileSync(join(import.meta.dirname, "search-queries.ru.json"), "utf8"));

let folder: string;
let engine: SearchEngine;
let castOf: Map<string, string[]>;

beforeAll(async () => {
  if (!existsSync(filmsFile)) {
    throw new Error(`${filmsFile} is missing: set BIJOU_DATA to the folder of the shared data.`);
  }
  const lines = gunzipSync(readFileSync(filmsFile)).toString().trim().split("\n");
  const rows = lines.map((line): Row => JSON.parse(line));
  const ru = new Map(russian.titles.map((film) => [`${film.title} ${film.year}`, film.ru]));
  castOf = new Map(rows.map((row, i) => [idOf(i), row.cast]));
  folder = mkdtempSync(join(tmpdir(), "bijou-relevance-"));
  engine = sqliteSearch({ folder, definition: filmIndex });
  for (let at = 0; at < rows.length; at += 500) {
    const batch = rows.slice(at, at + 500).map((row, i) => toDocument(row, idOf(at + i), ru));
    await engine.put(batch);
  }
}, 120_000);

afterAll(async () => {
  await engine?.close();
  if (folder) rmSync(folder, { recursive: true });
});

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

async function placeOf(judged: Judged): Promise<number> {
  const { items } = await engine.search({ q: judged.q, limit: 10, facets: true });
  return items.findIndex(({ id, stored }) => {
    if (judged.expectActor) return castOf.get(id)?.includes(judged.expectActor);
    const { titles, year } = stored as StoredFilm;
    return titles.en === judged.expectTitle && year === judged.expectYear;
  });
}

/** The rates of each kind and of all, and the queries that missed. */
async function judge(queries: readonly Judged[]): Promise<{ kinds: Record<string, Rates> }> {
  const places: { kind: string; place: number }[] = [];
  const missed: string[] = [];
  for (const query of queries) {
    const place = await placeOf(query);
    places.push({ kind: query.kind, place }, { kind: "all", place });
    if (place < 0) missed.push(`${query.kind}: ${query.q}`);
  }
  const kinds: Record<string, Rates> = {};
  for (const [kind, list = []] of Object.entries(Object.groupBy(places, ({ kind }) => kind))) {
    const percent = (good: number) => Math.round((good / list.length) * 1000) / 10;
    kinds[kind] = {
      count: list.length,
      first: percent(list.filter(({ place }) => place === 0).length),
      ten: percent(list.filter(({ place }) => place >= 0).length),
    };
  }
  console.table(kinds);
  if (missed.length > 0) console.log(`Not in the first ten: ${missed.join("; ")}`);
  return { kinds };
}

test("the judged queries find their films", async () => {
  const queries: Judged[] = JSON.parse(readFileSync(join(data, "search-queries.json"), "utf8"));

  const { kinds } = await judge(queries);

  expect(kinds.all?.ten).toBeGreaterThanOrEqual(97);
  expect(kinds.all?.first).toBeGreaterThanOrEqual(85);
  expect(kinds.prefix?.ten).toBeGreaterThanOrEqual(90);
});

test("queries in Cyrillic, transliterated or on the wrong layout find their films", async () => {
  const { kinds } = await judge(russian.queries);

  expect(kinds.all?.count).toBeGreaterThanOrEqual(30);
  expect(kinds.all?.ten).toBeGreaterThanOrEqual(97);
  expect(kinds.all?.first).toBeGreaterThanOrEqual(85);
});
