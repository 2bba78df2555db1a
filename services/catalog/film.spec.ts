import { FilmDraft } from "./film.contract.ts";
import { edited, made, remembered } from "./film.ts";
import { personId } from "./people.contract.ts";
import { mayMove, moved } from "./states.ts";

const monday = { by: "anna", time: "2026-01-05T10:00:00.000Z" };
const tuesday = { by: "boris", time: "2026-01-06T10:00:00.000Z" };

const solaris = FilmDraft.parse({
  titles: { ru: "Солярис", en: "Solaris" },
  year: 1972,
  cast: [{ name: "Donatas Banionis", character: "Kris Kelvin" }],
  crew: [{ name: "Andrei Tarkovsky", job: "director" }],
  externalIds: { imdb: "tt0069293" },
});
const film = (state: "draft" | "published" = "draft") => ({
  ...made(solaris, "film-1", state, monday),
  version: 1,
});

describe("a new film", () => {
  test("knows its people by stable ids, and by what it is found and matched", () => {
    const made = film();

    expect(made.cast[0]?.person).toBe(personId({ name: "Donatas Banionis" }));
    expect(made.people).toEqual([made.cast[0]?.person, made.crew[0]?.person]);
    expect(made.sortTitle).toBe("solaris");
    expect(made.ids).toEqual(["imdb:tt0069293"]);
    expect(made.match).toEqual(
      expect.arrayContaining(["imdb:tt0069293", "film:solaris|1972", "film:солярис|1972"]),
    );
  });

  test("remembers who made it", () => {
    expect(film().history).toEqual([
      { version: 1, did: "created", fields: [], by: "anna", time: monday.time },
    ]);
    expect(film().origin).toBeUndefined();
  });

  test("remembers the row that it came from", () => {
    const row = {
      source: "wikipedia" as const,
      key: "Solaris|1972",
      hash: "0".repeat(16),
      run: "r",
      row: 7,
      outcome: "loaded" as const,
    };

    const born = made(solaris, "film-1", "published", monday, row);

    expect(born).toMatchObject({
      origin: "row:wikipedia:Solaris|1972",
      rows: [row],
      history: [{ did: "imported wikipedia" }],
    });
    expect(born.match).toContain("row:wikipedia:Solaris|1972");
  });

  test("counts a person once who has two places", () => {
    const both = FilmDraft.parse({
      titles: { en: "X" },
      cast: [{ name: "Orson Welles" }],
      crew: [{ name: "Orson Welles", job: "director" }],
    });

    expect(made(both, "f", "draft", monday).people).toHaveLength(1);
  });
});

test("the ids that are a film's alone name their catalogue, and TMDB's the kind", () => {
  const externalIds = { imdb: "tt0111161", tmdb: "278", movielens: "318", wikipedia: "Shawshank" };
  const draft = FilmDraft.parse({ titles: { en: "X" }, externalIds });
  const first = { ...made(draft, "f", "draft", monday), version: 1 };

  const series = edited(first, { kind: "series" }, tuesday);

  expect(first.ids).toEqual(["imdb:tt0111161", "tmdb:film/278", "movielens:318"]);
  expect(series.ids).toEqual(["imdb:tt0111161", "tmdb:series/278", "movielens:318"]);
  expect(series.match).toContain("tmdb:series/278");
});

describe("an edit", () => {
  test("changes what it names, derives the rest anew and remembers the fields", () => {
    const next = edited(
      film(),
      { year: 1973, cast: [{ name: "Natalya Bondarchuk", character: "Hari" }] },
      tuesday,
    );

    expect(next).toMatchObject({ year: 1973, titles: solaris.titles });
    expect(next.match).toContain("film:solaris|1973");
    expect(next.people).toContain(personId({ name: "Natalya Bondarchuk" }));
    expect(next.people).not.toContain(personId({ name: "Donatas Banionis" }));
    expect(next.history.at(-1)).toEqual({
      version: 2,
      did: "edited",
      fields: ["year", "cast"],
      ...tuesday,
    });
    expect(next.provenance).toMatchObject({ year: "editor", cast: "editor" });
  });

  test("empties with null what a film can be without; nothing of it is kept", () => {
    const next = edited(film(), { year: null, poster: null }, tuesday);

    expect(next).not.toHaveProperty("year");
    expect(next).not.toHaveProperty("poster");
    expect(next.match.filter((key) => key.startsWith("film:"))).toEqual([]);
    expect(next.provenance).toEqual({ year: "editor" });
    expect(next.history.at(-1)).toMatchObject({ fields: ["year"] });
  });

  test("that empties what is empty changes nothing", () => {
    const before = film();

    expect(edited(before, { poster: null, votes: null }, tuesday)).toBe(before);
  });

  test("that changes nothing is no edit", () => {
    const before = film();

    expect(edited(before, {}, tuesday)).toBe(before);
    expect(edited(before, { year: 1972, titles: { ...solaris.titles } }, tuesday)).toBe(before);
    expect(edited(before, { cast: solaris.cast }, tuesday)).toBe(before);
  });

  test("decides only the languages that it changes", () => {
    const next = edited(film(), { titles: { en: "Solyaris", ru: "Солярис" } }, tuesday);

    expect(next.provenance).toEqual({ "titles/en": "editor" });
  });

  test("decides the language that it takes away", () => {
    const next = edited(film(), { titles: { en: "Solaris" } }, tuesday);

    expect(next.titles).toEqual({ en: "Solaris" });
    expect(next.provenance).toEqual({ "titles/ru": "editor" });
  });

  test("leaves the film that was read as it was", () => {
    const before = film();
    const copy = structuredClone(before);

    edited(before, { year: 1973, genres: ["drama"], titles: { en: "Other" } }, tuesday);

    expect(before).toEqual(copy);
  });
});

describe("states", () => {
  test.each([
    ["draft", "published", true],
    ["published", "withdrawn", true],
    ["withdrawn", "published", true],
    ["draft", "withdrawn", false],
    ["published", "draft", false],
    ["withdrawn", "draft", false],
  ] as const)("from %s to %s: %s", (from, to, may) => {
    expect(mayMove(from, to)).toBe(may);
  });

  test("a move is remembered", () => {
    expect(moved(film("published"), "withdrawn", tuesday)).toMatchObject({
      state: "withdrawn",
      history: [{ did: "created" }, { version: 2, did: "withdrawn", by: "boris" }],
    });
  });
});

test("remembers the last two hundred changes", () => {
  let last = film();
  for (let i = 0; i < 250; i++) {
    last = { ...remembered(last, `change ${i}`, [], monday), version: last.version + 1 };
  }

  expect(last.history).toHaveLength(200);
  expect(last.history.at(-1)).toMatchObject({ did: "change 249", version: 251 });
});
