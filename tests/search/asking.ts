/** The contract of asking: what is found, in which order, and what comes with it. */
import type { SearchEngine } from "../../mixins/search/port.ts";
import { catalogue, type EngineUnderTest, film, ids, type MakeEngine } from "./harness.ts";

export function asking(make: MakeEngine): void {
  let under: EngineUnderTest;
  let engine: SearchEngine;
  beforeAll(async () => {
    under = await make();
    engine = under.open();
    await engine.put(catalogue);
  });
  afterAll(async () => {
    await engine.close();
    await under.dispose();
  });

  test("the exact title comes first, then what starts so, then what mentions it", async () => {
    expect(await ids(engine, { q: "carmen" })).toEqual([
      "carmen-2",
      "carmen-1",
      "carmen-jones",
      "opera",
    ]);
  });

  test.each([
    ["an article left out", "matrix", "matrix"],
    ["a title in another language", "le fabuleux destin", "amelie"],
    ["accents and case", "AMELIE", "amelie"],
    ["the last word as a beginning", "the matrix rel", "matrix-2"],
    ["a word of the extract", "hacker", "matrix"],
    ["title and person", "matrix moss", "matrix"],
    ["a letter missing", "titnic", "titanic"],
    ["letters swapped", "amleie", "amelie"],
    ["two mistakes in a long word", "leomardo dicaprrio", "titanic"],
    ["one word written as two", "spiderman", "spider"],
    ["a number written otherwise", "rocky 2", "rocky-2"],
    ["ё written as е", "елки", "yolki"],
    ["Cyrillic for a Latin title", "титаник", "titanic"],
    ["the beginning of that", "титан", "titanic"],
    ["Cyrillic for a person", "киану ривз", "matrix"],
    ["Latin for a Cyrillic title", "yolki", "yolki"],
    ["the Russian layout", "ьфекшч", "matrix"],
    ["the Latin layout", "`krb", "yolki"],
    ["both at once", "nbnfybr", "titanic"],
    ["one word too many", "titanic winslet zzyzx", "titanic"],
    ["a title of signs", "$", "dollar"],
  ])("finds by %s: %s", async (_, q, id) => {
    expect((await ids(engine, { q }))[0]).toBe(id);
  });

  test.each([
    '"',
    '"the matrix',
    "matrix*",
    "matrix AND",
    "AND OR NOT",
    "^matrix",
    "((matrix",
    "NEAR(matrix speed, 2)",
    "title:matrix",
    "-matrix",
    "{f0} : x",
    "🎬🍿",
    "\u0000matrix\u0000",
    "\ud800",
    "%_'; DROP TABLE doc; --",
    "a".repeat(10_000),
    "a ".repeat(5000),
    "ж".repeat(10_000),
  ])("answers whatever is typed: %j", async (q) => {
    const { items, total } = await engine.search({ q, limit: 10, facets: true, highlight: true });

    expect(items.length).toBeLessThanOrEqual(total);
    expect(await engine.suggest({ q, limit: 5 })).toBeDefined();
  });

  test("without words everything is found, the best known first", async () => {
    const found = await engine.search({ limit: 3 });

    expect(found.items.map(({ id }) => id)).toEqual(["opera", "carmen-jones", "matrix"]);
    expect(found.total).toBe(catalogue.length);
  });

  test("counts facets over the whole result, not over the page", async () => {
    const found = await engine.search({ limit: 1, facets: true });

    expect(found.facets.genre).toEqual([
      { value: "action", count: 2 },
      { value: "drama", count: 2 },
      { value: "comedy", count: 1 },
      { value: "science-fiction", count: 1 },
    ]);
    expect(found.facets.decade?.[0]).toEqual({ value: "1990", count: 3 });
  });

  test("filters by facets, any of the values of each, and by ranges", async () => {
    const filters = { genre: ["drama", "comedy"] };
    const ranges = { year: { from: 1980, to: 2010 } };

    expect((await ids(engine, { filters })).toSorted()).toEqual(["rocky-2", "titanic", "yolki"]);
    expect((await ids(engine, { filters, ranges })).toSorted()).toEqual(["titanic", "yolki"]);
    expect(await ids(engine, { q: "keanu", filters: { genre: ["action"] } })).toEqual(["matrix"]);
    expect(await ids(engine, { filters: { genre: ["unheard-of"] } })).toEqual([]);
  });

  test("sorts by a value, what has none last in both orders", async () => {
    const q = "keanu";
    const late = film("undated", { cast: ["Keanu Reeves"] });
    await engine.put([late]);

    expect(await ids(engine, { q, sort: { by: "year", order: "asc" } })).toEqual([
      "speed",
      "matrix",
      "matrix-2",
      "undated",
    ]);
    expect(await ids(engine, { q, sort: { by: "year", order: "desc" } })).toEqual([
      "matrix-2",
      "matrix",
      "speed",
      "undated",
    ]);
    await engine.remove([{ id: late.id, version: late.version }]);
  });

  test("says which facet, sort or limit it does not have", async () => {
    const wrong = [
      { filters: { colour: ["red"] } },
      { sort: { by: "size", order: "asc" } as const },
    ];

    for (const query of [...wrong, { limit: 0 }, { limit: 101 }]) {
      await expect(engine.search({ limit: 5, ...query })).rejects.toThrow(/colour|size|limit/);
    }
    await expect(engine.search({ limit: 5, ...wrong[0] })).rejects.toHaveProperty(
      "name",
      "QueryError",
    );
  });
}
