import { find } from "./search.contract.ts";
import { marked, queryOf, shownHit } from "./search-view.ts";

test("marks what was found and escapes everything else", () => {
  const text = 'A <b> & "C"';

  expect(marked({ field: "title", text, ranges: [[2, 5]] })).toBe(
    "A <mark>&lt;b&gt;</mark> &amp; &quot;C&quot;",
  );
  expect(marked({ field: "title", text: "plain", ranges: [] })).toBe("plain");
});

test("asks for the only state that the asker may see, whatever was asked", () => {
  const asked = find.params.parse({ q: "x", state: "draft" });

  expect(queryOf(asked, "published").filters).toEqual({ state: ["published"] });
  expect(queryOf(asked).filters).toEqual({ state: ["draft"] });
});

test("turns filters, ranges and sorts into those of the index", () => {
  const asked = find.params.parse({
    genre: ["war"],
    decade: [1940],
    yearFrom: 1942,
    sort: "-year",
  });

  expect(queryOf(asked)).toMatchObject({
    filters: { genre: ["war"], decade: ["1940"] },
    ranges: { year: { from: 1942 } },
    sort: { by: "year", order: "desc" },
  });
});

test.each([
  ["relevance", undefined],
  ["popularity", { by: "popularity", order: "desc" }],
  ["title", { by: "title", order: "asc" }],
  ["-title", { by: "title", order: "desc" }],
])("sorts by %s as %j", (sort, expected) => {
  expect(queryOf(find.params.parse({ sort })).sort).toEqual(expected);
});

test("asks without what was not asked for", () => {
  expect(queryOf(find.params.parse({}))).toEqual({
    q: "",
    limit: 20,
    facets: true,
    highlight: true,
    filters: {},
  });
});

test("shows a hit in the language that its asker reads, and nothing that only the index needs", () => {
  const stored = {
    id: "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11",
    kind: "film",
    state: "draft",
    titles: { en: "Solaris", ru: "Солярис" },
    originalTitle: "Солярис",
    year: 1972,
    genres: ["drama"],
    poster: null,
    cast: ["Donatas Banionis"],
  };
  const highlights = [{ field: "title", text: "Солярис", ranges: [[0, 7]] as [number, number][] }];

  const hit = shownHit({ id: stored.id, score: 2, stored, highlights }, ["ru-RU"]);

  expect(hit).toEqual({
    id: stored.id,
    score: 2,
    title: "Солярис",
    kind: "film",
    year: 1972,
    genres: ["drama"],
    cast: ["Donatas Banionis"],
    poster: null,
    highlights: { title: "<mark>Солярис</mark>" },
  });
});
