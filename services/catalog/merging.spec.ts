import { FilmDraft } from "./film.contract.ts";
import { edited, type FilmBody, made, type SourceName } from "./film.ts";
import { born, type Imported, merged } from "./merging.ts";
import { personId } from "./people.contract.ts";

const hand = { by: "house", time: "2026-01-05T10:00:00.000Z" };
const anna = { by: "anna", time: "2026-01-06T10:00:00.000Z" };
type Kept = FilmBody & { version: number };

/** A row; its hash follows from what it says, as that of a real one. */
const row = (
  source: SourceName,
  film: object,
  at: { key?: string; row?: number } = {},
): Imported => ({
  row: at.row ?? 1,
  from: {
    source,
    key: at.key ?? "k",
    hash: Buffer.from(JSON.stringify(film)).toString("hex").padEnd(16, "0").slice(0, 64),
  },
  film: FilmDraft.parse({ titles: { en: "Carmen" }, ...film }),
});
const kept = (first: Imported): Kept => ({
  ...born(first, { run: "run-1" }, "film-1", "published", hand),
  version: 1,
});
const take = (film: Kept, given: Imported, run = "run-2"): Kept => ({
  ...merged(film, given, { run }, hand),
  version: film.version + 1,
});

describe("the order of sources", () => {
  const values: Record<string, number> = { imdb: 1, wikipedia: 2, movielens: 3, table: 4 };
  const order = Object.keys(values) as SourceName[];
  const orders = order.flatMap((a) => order.filter((b) => b !== a).map((b) => [a, b] as const));

  test.each(orders)("decides a field, whichever came first: %s, then %s", (first, second) => {
    const film = take(
      kept(row(first, { year: 1900 + (values[first] ?? 0) })),
      row(second, { year: 1900 + (values[second] ?? 0) }),
    );

    expect(film.year).toBe(1900 + Math.min(values[first] ?? 0, values[second] ?? 0));
  });

  test("decides each field by itself; what a source does not have stays", () => {
    const film = take(
      kept(
        row("wikipedia", { year: 1915, extracts: { en: { text: "Long." } }, genres: ["drama"] }),
      ),
      row("imdb", { year: 1916, runtimeMinutes: 59 }),
    );

    expect(film).toMatchObject({
      year: 1916,
      runtimeMinutes: 59,
      extracts: { en: { text: "Long." } },
      genres: ["drama"],
    });
    expect(film.provenance).toEqual({ year: "imdb", runtimeMinutes: "imdb" });
  });

  test("takes a list as a whole, with the people it names", () => {
    const film = take(
      kept(row("wikipedia", { cast: [{ name: "A" }, { name: "B" }] })),
      row("imdb", { cast: [{ name: "C", imdb: "nm0000001" }] }),
    );

    expect(film.cast).toEqual([
      { name: "C", imdb: "nm0000001", person: personId({ name: "C", imdb: "nm0000001" }) },
    ]);
    expect(film.people).toEqual([film.cast[0]?.person]);
  });

  test("decides languages tag by tag", () => {
    const film = take(
      kept(row("wikipedia", { titles: { en: "Carmen (film)", fr: "Carmen" } })),
      row("imdb", { titles: { en: "Carmen", ru: "Кармен" } }),
    );

    expect(film.titles).toEqual({ en: "Carmen", fr: "Carmen", ru: "Кармен" });
    expect(film.provenance).toEqual({ "titles/en": "imdb", "titles/ru": "imdb" });
    expect(film.sortTitle).toBe("carmen");
  });

  test("is remembered over a third source", () => {
    const two = take(kept(row("wikipedia", { year: 1915 })), row("imdb", { year: 1916 }));

    expect(take(two, row("wikipedia", { year: 1917 }, { key: "other" })).year).toBe(1916);
    expect(take(two, row("movielens", { year: 1917 })).year).toBe(1916);
  });
});

describe("editors", () => {
  const draft = FilmDraft.parse({ titles: { en: "Carmen" }, year: 1915 });

  test("win over every source, in films of their own and in those that were imported", () => {
    const own: Kept = { ...made(draft, "film-1", "draft", hand), version: 1 };
    const imported = edited(kept(row("wikipedia", { year: 1914 })), { year: 1915 }, anna);

    expect(take(own, row("imdb", { year: 1999 })).year).toBe(1915);
    expect(take(imported, row("imdb", { year: 1999 })).year).toBe(1915);
    expect(take(imported, row("wikipedia", { year: 1999 })).year).toBe(1915);
  });

  test("do not keep imports from filling what they never touched", () => {
    const own: Kept = { ...made(draft, "film-1", "draft", hand), version: 1 };

    const film = take(own, row("imdb", { runtimeMinutes: 59, externalIds: { imdb: "tt0000001" } }));

    expect(film).toMatchObject({ runtimeMinutes: 59, externalIds: { imdb: "tt0000001" } });
  });

  test("decide by emptying too: what they took away does not come back", () => {
    const given = {
      tags: ["wrong"],
      titles: { en: "Carmen", fr: "Faux" },
      externalIds: { tmdb: "1" },
    };
    const film = edited(
      kept(row("wikipedia", given)),
      { tags: [], titles: { en: "Carmen" }, externalIds: {} },
      anna,
    );

    const again = take(film, row("wikipedia", { ...given, year: 1915 }));

    expect(again).toMatchObject({
      tags: [],
      titles: { en: "Carmen" },
      externalIds: {},
      year: 1915,
    });
    expect(again.titles).not.toHaveProperty("fr");
  });

  test("decide by clearing too: a year that they took away does not come back", () => {
    const film = edited(kept(row("wikipedia", { year: 1914 })), { year: null }, anna);

    expect(take(film, row("imdb", { year: 1914 }))).not.toHaveProperty("year");
  });
});

test("a place in a series goes when a better source says that it is a film", () => {
  const series = { id: "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11", season: 1, number: 1 };
  const episode = kept(row("wikipedia", { kind: "episode", series }));

  expect(take(episode, row("imdb", { kind: "film" }))).not.toHaveProperty("series");
});

describe("the id of TMDB", () => {
  const said = (kind: string, tmdb?: string) => ({ kind, externalIds: tmdb ? { tmdb } : {} });

  test.each([
    ["stays with the kind it was said of", said("film", "1"), said("film", "2"), "tmdb:film/1"],
    ["comes with its kind", said("film"), said("film", "2"), "tmdb:film/2"],
    ["goes when a better source knows another kind", said("film", "1"), said("series"), undefined],
    ["is that of the kind that counts", said("film", "1"), said("series", "2"), "tmdb:series/2"],
  ])("%s", (_, first, second, expected) => {
    const film = take(kept(row("table", first)), row("imdb", second));

    expect(film.ids).toEqual(expected ? [expected] : []);
  });

  test("is not taken from a source that says another kind in vain", () => {
    const film = take(kept(row("imdb", said("series"))), row("table", said("film", "2")));

    expect(film).toMatchObject({ kind: "series", externalIds: {} });
  });

  test("that an editor chose keeps the kind he chose it for", () => {
    const film = edited(kept(row("table", said("film"))), { externalIds: { tmdb: "3" } }, anna);

    expect(take(film, row("imdb", said("series")))).toMatchObject({ ids: ["tmdb:film/3"] });
  });
});

describe("a newer edition of the row that speaks for its source", () => {
  test("changes what the row had said, and takes its place", () => {
    const film = kept(row("wikipedia", { year: 1914, tags: ["old"] }));

    const next = take(film, row("wikipedia", { year: 1915 }));

    expect(next).toMatchObject({ year: 1915, tags: ["old"] });
    expect(next.rows).toHaveLength(1);
    expect(next.rows[0]).toMatchObject({ run: "run-2", outcome: "merged" });
    expect(next.history.at(-1)).toMatchObject({ did: "merged wikipedia", fields: ["year"] });
  });

  test("does not change what a better source has decided", () => {
    const film = take(kept(row("wikipedia", { year: 1914 })), row("imdb", { year: 1915 }));

    expect(take(film, row("wikipedia", { year: 1913 }), "run-3").year).toBe(1915);
  });
});

describe("further rows of a source", () => {
  const first = row("wikipedia", { year: 1914 }, { row: 1 });
  const second = row("wikipedia", { year: 1915, runtimeMinutes: 59 }, { row: 2 });

  test("fill only gaps", () => {
    const film = take(kept(first), second, "run-1");

    expect(film).toMatchObject({ year: 1914, runtimeMinutes: 59 });
    expect(film.rows.map(({ hash }) => hash)).toEqual([first.from.hash, second.from.hash]);
  });

  test("fill only gaps in newer editions too, and leave the first row known", () => {
    const film = take(kept(first), second, "run-1");
    const edition = row("wikipedia", { year: 1916, ageRating: "12" }, { row: 2 });

    const next = take(film, edition);

    expect(next).toMatchObject({ year: 1914, ageRating: "12" });
    expect(next.rows.map(({ hash }) => hash)).toEqual([first.from.hash, edition.from.hash]);
  });

  test("keep their places when the first one has a newer edition", () => {
    const film = take(kept(first), second, "run-1");
    const edition = row("wikipedia", { year: 1910 }, { row: 1 });

    const next = take(film, edition);

    expect(next.year).toBe(1910);
    expect(next.rows.map(({ hash }) => hash)).toEqual([edition.from.hash, second.from.hash]);
  });

  test("of one key that moved in the file give way to the newer edition", () => {
    const film = take(kept(first), second, "run-1");

    const next = take(film, row("wikipedia", { year: 1910 }, { row: 77 }));

    expect([next.year, next.rows.length]).toEqual([1910, 1]);
  });
});

describe("external ids", () => {
  test("are joined; those that are there stay", () => {
    const film = take(
      kept(row("movielens", { externalIds: { movielens: "7", imdb: "tt0000001" } })),
      row("imdb", { externalIds: { imdb: "tt0000002", wikipedia: "Carmen" } }),
    );

    expect(film.externalIds).toEqual({ movielens: "7", imdb: "tt0000001", wikipedia: "Carmen" });
    expect(film.match).toEqual(expect.arrayContaining(["imdb:tt0000001", "movielens:7"]));
  });
});

test("leaves the film that was read as it was", () => {
  const film = kept(row("wikipedia", { year: 1914, externalIds: { tmdb: "1" } }));
  const copy = structuredClone(film);

  take(film, row("imdb", { year: 1915, titles: { ru: "Кармен" }, cast: [{ name: "A" }] }));

  expect(film).toEqual(copy);
});

test("keeps the state: a withdrawn film stays withdrawn", () => {
  const film: Kept = { ...kept(row("wikipedia", {})), state: "withdrawn" };

  expect(take(film, row("imdb", { year: 1915 })).state).toBe("withdrawn");
});
