import { type IndexedFilm, popularityOf, toSearchDocument } from "./film-index.ts";

const film = (changes: Partial<IndexedFilm> = {}): IndexedFilm => ({
  id: "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11",
  version: 3,
  kind: "film",
  state: "published",
  titles: { en: "The Matrix", ru: "Матрица" },
  originalTitle: "The Matrix",
  year: 1999,
  genres: ["science-fiction", "action"],
  cast: ["Keanu Reeves", "Laurence Fishburne"].map((name) => ({ person: "p", name })),
  crew: [{ person: "p", name: "Lana Wachowski", job: "director" }],
  extracts: { en: { text: "A hacker learns the truth." } },
  ...changes,
});

test("a film is found by every title, its people, genres, year and extracts", () => {
  const document = toSearchDocument(film());

  expect(document.fields).toEqual({
    title: ["The Matrix", "Матрица"],
    cast: ["Keanu Reeves", "Laurence Fishburne"],
    crew: ["Lana Wachowski"],
    about: ["science-fiction", "action", "1999"],
    extract: ["A hacker learns the truth."],
  });
  expect(document).toMatchObject({ id: film().id, version: 3 });
});

test("a film is counted by genre, decade, kind and state and sorted by year and title", () => {
  const document = toSearchDocument(film());

  expect(document.facets).toEqual({
    genre: ["science-fiction", "action"],
    decade: ["1990"],
    kind: ["film"],
    state: ["published"],
  });
  expect(document.sorts).toMatchObject({ year: 1999, title: "the matrix" });
});

test("a film without a year has no decade and no year to sort by", () => {
  const document = toSearchDocument(film({ year: undefined, poster: undefined }));

  expect(document.facets.decade).toEqual([]);
  expect(document.sorts.year).toBeNull();
  expect(document.stored).toMatchObject({ year: null, poster: null });
});

test("a hit gives back what a list shows, of a long cast the first five", () => {
  const cast = Array.from({ length: 80 }, (_, i) => ({ person: "p", name: `Actor ${i}` }));

  const document = toSearchDocument(film({ cast }));

  expect(document.stored).toMatchObject({ titles: { en: "The Matrix" }, year: 1999 });
  expect(document.stored).toHaveProperty("cast.length", 5);
  expect(document.fields.cast).toHaveLength(60);
});

test("popularity grows with votes, without them with the extract, and stays within 0 and 1", () => {
  expect(popularityOf(undefined, 0)).toBe(0);
  expect(popularityOf(undefined, 600)).toBeGreaterThan(popularityOf(undefined, 300));
  expect(popularityOf(5000, 300)).toBeGreaterThan(popularityOf(50, 300));
  expect(popularityOf(9e9, 9e9)).toBe(1);
});
