import { decide } from "./deciding.contract.ts";
import { FilmDraft } from "./film.contract.ts";
import { cardOf, factsOf, matchKeys, type Row } from "./matching.contract.ts";

type Source = Row["source"];
const hashOf = (n: number) => String(n).padStart(16, "0");
const row = (source: Source, key: string, hash = 1): Row => ({ source, key, hash: hashOf(hash) });
const draft = (given: object) =>
  FilmDraft.parse({ titles: { en: "Carmen" }, year: 1915, ...given });
const card = (id: string, given: object, ...rows: Row[]) => cardOf(id, draft(given), rows);
const cast = (...names: string[]) => names.map((name) => ({ name }));

/** The id of the film that a row is found to be, or "new". */
function found(from: Row, given: object, ...cards: ReturnType<typeof card>[]): string {
  const both = [cards, cards.toReversed()].map((list) => {
    const decision = decide(from, draft(given), list);
    return decision.is === "new" ? "new" : decision.card.id;
  });
  // The order of the candidates decides nothing.
  expect(both[0]).toBe(both[1]);
  return both[0] ?? "";
}

describe("a row", () => {
  const kept = card("a", { titles: { en: "Renamed by an editor" } }, row("wikipedia", "k", 1));

  test("is known by source and key with the same content", () => {
    expect(decide(row("wikipedia", "k", 1), draft({}), [kept])).toMatchObject({ is: "known" });
  });

  test("of the same key with new content is the same film, whatever its title is now", () => {
    const decision = decide(row("wikipedia", "k", 2), draft({ year: 1916 }), [kept]);

    expect(decision).toMatchObject({ is: "same", card: { id: "a" } });
  });

  test("of another source with the same key is another row", () => {
    expect(found(row("movielens", "k"), {}, kept)).toBe("new");
  });

  test("is its own film's before it is that of an external id", () => {
    const other = card("b", { externalIds: { imdb: "tt0000001" } });

    const decision = decide(
      row("wikipedia", "k", 2),
      draft({ externalIds: { imdb: "tt0000001" } }),
      [other, kept],
    );

    expect(decision).toMatchObject({ is: "same", card: { id: "a" } });
  });

  test("is new when there is nothing like it", () => {
    expect(decide(row("table", "k"), draft({}), [])).toEqual({ is: "new", near: 0 });
  });
});

describe("external ids", () => {
  test.each([{ imdb: "tt0000001" }, { tmdb: "7" }, { movielens: "7" }])(
    "%j is enough, whatever the titles say",
    (externalIds) => {
      const kept = card("a", { titles: { en: "Another title" }, year: 1999, externalIds });

      expect(found(row("movielens", "k"), { externalIds }, kept)).toBe("a");
    },
  );

  test("of two films decide in a fixed order: imdb before tmdb before movielens", () => {
    const imdb = card("z", { externalIds: { imdb: "tt0000001" } });
    const tmdb = card("m", { externalIds: { tmdb: "7" } });
    const movielens = card("a", { externalIds: { movielens: "9" } });
    const all = { imdb: "tt0000001", tmdb: "7", movielens: "9" };

    expect(found(row("table", "k"), { externalIds: all }, imdb, tmdb, movielens)).toBe("z");
    expect(
      found(row("table", "k"), { externalIds: { ...all, imdb: undefined } }, tmdb, movielens),
    ).toBe("m");
  });

  test("of TMDB count within a kind only: it numbers films and series apart", () => {
    const series = card("a", { kind: "series", externalIds: { tmdb: "603" } });

    const decision = decide(
      row("table", "k"),
      draft({ kind: "film", externalIds: { tmdb: "603" } }),
      [series],
    );

    expect(decision).toEqual({ is: "new", near: 0 });
    expect(found(row("table", "k"), { kind: "series", externalIds: { tmdb: "603" } }, series)).toBe(
      "a",
    );
  });

  test("that differ keep two apart, though all else agrees", () => {
    const alike = { cast: cast("Theda Bara"), genres: ["drama"], runtimeMinutes: 50 };
    const kept = card("a", { ...alike, externalIds: { imdb: "tt0000001" } });

    expect(found(row("imdb", "k"), { ...alike, externalIds: { imdb: "tt0000002" } }, kept)).toBe(
      "new",
    );
  });
});

describe("title and year", () => {
  const from = row("wikipedia", "new");

  test("alone are not enough", () => {
    const decision = decide(from, draft({}), [card("a", {})]);

    expect(decision).toEqual({ is: "new", near: 1 });
  });

  test.each([
    ["a name of the cast", { cast: cast("Géraldine Farrar", "Wallace Reid") }],
    ["the director", { crew: [{ name: "Cecil B. DeMille", job: "Director" }] }],
    ["the runtime", { runtimeMinutes: 59 }],
    ["the article", { externalIds: { wikipedia: "Carmen_(1915_film)" } }],
  ])("with %s are", (_, agreeing) => {
    const kept = card("a", {
      titles: { en: "CARMEN!" },
      cast: cast("Geraldine Farrar"),
      crew: [{ name: "Cecil B. DeMille", job: "director" }],
      runtimeMinutes: 59,
      externalIds: { wikipedia: "Carmen_(1915_film)" },
    });

    expect(found(from, agreeing, kept)).toBe("a");
  });

  test("are compared in every language and with the original title", () => {
    const kept = card("a", {
      titles: { en: "Solaris", ru: "Солярис" },
      cast: cast("Donatas Banionis"),
    });
    const russian = { titles: { ru: "СОЛЯРИС" }, cast: cast("Donatas Banionis") };
    const original = { titles: { de: "S." }, originalTitle: "Солярис", cast: russian.cast };

    expect(found(from, russian, kept)).toBe("a");
    expect(found(from, original, kept)).toBe("a");
  });

  test("of another year do not agree, nor does a film without a year", () => {
    const kept = card("a", { cast: cast("Geraldine Farrar") });
    const yearless = FilmDraft.parse({
      titles: { en: "Carmen" },
      cast: cast("Geraldine Farrar"),
    });

    expect(found(from, { year: 1916, cast: cast("Geraldine Farrar") }, kept)).toBe("new");
    expect(matchKeys(yearless, [])).toEqual([]);
  });

  test("of a film and of a series are two", () => {
    const kept = card("a", { kind: "series", cast: cast("Geraldine Farrar") });

    expect(found(from, { kind: "film", cast: cast("Geraldine Farrar") }, kept)).toBe("new");
  });
});

describe("two films of one title and year", () => {
  const demille = {
    cast: cast("Geraldine Farrar", "Wallace Reid"),
    genres: ["drama"],
    externalIds: { wikipedia: "Carmen_(1915_Cecil_B._DeMille_film)" },
  };
  const walsh = {
    cast: cast("Theda Bara", "Einar Linden"),
    genres: ["drama"],
    externalIds: { wikipedia: "Carmen_(1915_Raoul_Walsh_film)" },
  };

  test("stay two: Carmen 1915", () => {
    const kept = card("a", demille, row("wikipedia", "1"));

    expect(found(row("wikipedia", "2"), walsh, kept)).toBe("new");
  });

  test("with different articles never merge, though a name agrees", () => {
    const kept = card("a", demille, row("wikipedia", "1"));

    expect(found(row("wikipedia", "2"), { ...walsh, cast: demille.cast }, kept)).toBe("new");
  });

  test("are told apart by the cast", () => {
    const kept = [
      card("a", demille, row("wikipedia", "1")),
      card("b", walsh, row("wikipedia", "2")),
    ];

    const decision = decide(row("table", "k"), draft({ cast: cast("Theda Bara") }), kept);

    expect(decision).toMatchObject({ is: "same", card: { id: "b" }, near: 1 });
  });

  test("to which a row agrees alike leave it a film of its own", () => {
    const kept = [
      card("a", demille, row("wikipedia", "1")),
      card("b", walsh, row("wikipedia", "2")),
    ];

    expect(found(row("table", "k"), { cast: cast("Theda Bara", "Wallace Reid") }, ...kept)).toBe(
      "new",
    );
    expect(found(row("table", "k"), { genres: ["drama"] }, ...kept)).toBe("new");
  });
});

test("an article that two films share is no match without the title", () => {
  const externalIds = { wikipedia: "List_of_lost_films" };
  const kept = card("a", { titles: { en: "Another" }, externalIds }, row("wikipedia", "1"));

  expect(found(row("wikipedia", "2"), { externalIds }, kept)).toBe("new");
});

describe("a shared genre", () => {
  const kept = card("a", { genres: ["drama"] }, row("wikipedia", "1"));

  test("is enough between sources, for an only candidate", () => {
    expect(found(row("movielens", "9"), { genres: ["drama", "romance"] }, kept)).toBe("a");
  });

  test("is not enough within a source", () => {
    expect(found(row("wikipedia", "2"), { genres: ["drama"] }, kept)).toBe("new");
  });

  test("is not enough when there are two candidates", () => {
    const other = card("b", {}, row("wikipedia", "2"));

    expect(found(row("movielens", "9"), { genres: ["drama"] }, kept, other)).toBe("new");
  });

  test.each([{ genres: ["drama"] }, { genres: ["drama"], runtimeMinutes: 50 }])(
    "%j is outweighed by casts without a name in common",
    (alike) => {
      const bara = card("a", { ...alike, cast: cast("Theda Bara") }, row("wikipedia", "1"));

      expect(found(row("imdb", "tt"), { ...alike, cast: cast("Marion Leonard") }, bara)).toBe(
        "new",
      );
    },
  );
});

describe("episodes", () => {
  const [peaks, other] = [
    "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11",
    "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b12",
  ];
  const pilot = (id: string, number: number) => ({
    kind: "episode",
    titles: { en: "Pilot" },
    cast: cast("Kyle MacLachlan"),
    series: { id, season: 1, number },
  });

  test("of the same place in the same series are one", () => {
    expect(found(row("table", "k"), pilot(peaks, 1), card("a", pilot(peaks, 1)))).toBe("a");
  });

  test("of another place or another series are two", () => {
    const kept = card("a", pilot(peaks, 1));

    expect(found(row("table", "k"), pilot(peaks, 2), kept)).toBe("new");
    expect(found(row("table", "k"), pilot(other, 1), kept)).toBe("new");
  });
});

test("no name of a job or a person is taken for an external id", () => {
  const facts = factsOf(draft({ crew: [{ name: "tt0000001", job: "imdb" }] }));

  expect(facts).toEqual(["crew:imdb/tt0000001"]);
  expect(
    found(
      row("table", "k"),
      { titles: { en: "Other" }, crew: [{ name: "tt0000001", job: "imdb" }] },
      card("a", { externalIds: { imdb: "tt0000001" } }),
    ),
  ).toBe("new");
});
