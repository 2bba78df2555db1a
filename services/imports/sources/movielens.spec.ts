import { articleFirst, cleanMovielens, readTitle } from "./movielens.ts";

test.each([
  ["Toy Story (1995)", { title: "Toy Story", year: 1995, range: false }],
  ["American President, The (1995)", { title: "The American President", year: 1995 }],
  [
    "City of Lost Children, The (Cité des enfants perdus, La) (1995)",
    { title: "The City of Lost Children", original: "La Cité des enfants perdus" },
  ],
  ["Bear, The (Ours, L') (1988)", { title: "The Bear", original: "L'Ours" }],
  ["Seven (a.k.a. Se7en) (1995)", { title: "Seven", original: "Se7en" }],
  [
    "Burial Ground (a.k.a. Zombie 3) (Notti del Terrore, Le) (1981)",
    { title: "Burial Ground", original: "Le Notti del Terrore" },
  ],
  ["Babies (Bébé(s)) (2010)", { title: "Babies", original: "Bébé(s)" }],
  ["Birdman: Or (The Unexpected Virtue) (2014)", { title: "Birdman: Or (The Unexpected Virtue)" }],
  ["(500) Days of Summer (2009)", { title: "(500) Days of Summer", year: 2009 }],
  ["Rocky VI (1986) ", { title: "Rocky VI", year: 1986 }],
  ["Fawlty Towers (1975-1979)", { title: "Fawlty Towers", year: 1975, range: true }],
  ["Big Bang Theory, The (2007-)", { title: "The Big Bang Theory", year: 2007, range: true }],
])("reads %s", (raw, read) => {
  expect(readTitle(raw, 2026)).toMatchObject(read);
});

test("a title without a year has none, and its commas stay", () => {
  expect(readTitle("Women of '69, Unboxed", 2026)).toEqual({
    title: "Women of '69, Unboxed",
    range: false,
  });
  expect(["Paris, Texas", "Misérables, Les", "I, Robot"].map(articleFirst)).toEqual([
    "Paris, Texas",
    "Les Misérables",
    "I, Robot",
  ]);
});

test("makes a film of a joined row", () => {
  const row = {
    movieId: 1,
    title: "Toy Story (1995)",
    genres: "Children|Sci-Fi|IMAX",
    imdb: "0114709",
    tmdb: "",
    count: 3,
    sum: 11.5,
    tags: '["pixar"]',
  };

  expect(cleanMovielens(row, {}, 2026)).toEqual({
    key: "1",
    film: {
      kind: "film",
      titles: { en: "Toy Story" },
      year: 1995,
      genres: ["family", "science-fiction"],
      tags: ["pixar"],
      externalIds: { movielens: "1", imdb: "tt0114709" },
      votes: { count: 3, average: 7.67 },
    },
    normalised: ["imdb-padded"],
    unknownGenres: ["IMAX"],
  });
});
