import { cleanImdb } from "./imdb.ts";

const row = { id: 1, type: "movie", title: "Nosferatu", original: "Nosferatu", year: "1922" };
const film = (more: object) => {
  const cleaned = cleanImdb({ ...row, ...more }, {}, 2026);
  if (typeof cleaned === "string") throw new Error(cleaned);
  return cleaned;
};

test("names titles by the language, or where that is missing by the region", () => {
  const akas = JSON.stringify([
    ["Носферату", "RU", null, "imdbDisplay"],
    ["Nosferatu, eine Symphonie", "XX", "de", null],
    ["Working", "GB", null, "working"],
    ["Nosferatu the Vampire", "US", null, "imdbDisplay"],
    ["Nosferatu (second)", "US", null, "imdbDisplay"],
  ]);

  expect(film({ akas }).film.titles).toEqual({
    und: "Nosferatu",
    ru: "Носферату",
    de: "Nosferatu, eine Symphonie",
    en: "Nosferatu the Vampire",
  });
  expect(film({}).film.titles).toEqual({ und: "Nosferatu" });
});

test("tells cast from crew, and drops a cell that is no JSON", () => {
  const principals = JSON.stringify([
    [7, "Max Schreck", "actor", '["Graf Orlok"]'],
    [8, "Greta Schröder", "actress", "[broken"],
    [9, "F. W. Murnau", "director", null],
    [10, "Nobody", "archive_footage", null],
  ]);
  const directors = JSON.stringify([{ id: 9, name: "F. W. Murnau" }]);

  const cleaned = film({ principals, directors });

  expect(cleaned.film.cast).toEqual([
    { name: "Max Schreck", imdb: "nm0000007", character: "Graf Orlok" },
    { name: "Greta Schröder", imdb: "nm0000008" },
  ]);
  expect(cleaned.film.crew).toEqual([{ name: "F. W. Murnau", imdb: "nm0000009", job: "director" }]);
  expect(cleaned.normalised).toEqual(["character-debris"]);
});

test("knows series and episodes, and their place", () => {
  expect(film({ type: "tvMiniSeries" }).film.kind).toBe("series");
  expect(film({ type: "tvEpisode", parent: 3, season: "1", number: "2" })).toMatchObject({
    film: { kind: "episode" },
    series: { imdb: "tt0000003", season: 1, number: 2 },
  });
  expect(film({ type: "tvEpisode", parent: 3, season: null, number: null }).series).toBeUndefined();
});

test("leaves out what makes no sense", () => {
  const cleaned = film({ year: null, runtime: "0", votes: null, genres: "Drama,Odd", adult: "1" });

  expect(cleaned.film).toEqual({
    kind: "film",
    titles: { und: "Nosferatu" },
    genres: ["drama", "adult"],
    cast: [],
    crew: [],
    externalIds: { imdb: "tt0000001" },
  });
  expect(cleaned.unknownGenres).toEqual(["Odd"]);
  expect(cleanImdb({ ...row, title: null }, {}, 2026)).toBe("it has no primaryTitle");
});
