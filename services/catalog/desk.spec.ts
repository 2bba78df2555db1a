import { Desk, type Kept, keysOf } from "./desk.ts";
import { FilmDraft } from "./film.contract.ts";
import type { SourceName } from "./film.ts";
import type { Imported } from "./merging.ts";

const hand = { by: "house", time: "2026-01-05T10:00:00.000Z" };

interface Given {
  at?: number;
  key?: string;
  source?: SourceName;
  film?: object;
  hash?: number;
}
const row = ({
  at = 1,
  key = "k",
  source = "wikipedia",
  film = {},
  hash = 1,
}: Given = {}): Imported => ({
  row: at,
  from: { source, key, hash: String(hash).padStart(16, "0") },
  film: FilmDraft.parse({ titles: { en: "Carmen" }, year: 1915, ...film }),
});

/** A shelf of films over several batches, as the store would keep them. */
function shelf() {
  const films = new Map<string, Kept>();
  let ids = 0;
  const absorb = (run: string, rows: Imported[]) => {
    const keys = new Set(rows.flatMap(keysOf));
    const found = [...films.values()].filter(({ match }) => match.some((key) => keys.has(key)));
    const desk = new Desk(found, () => `film-${++ids}`);
    const results = rows.map((one) => desk.take(one, { run, state: "published" }, hand));
    for (const film of desk.fresh()) films.set(film.id, { ...film, version: 1 });
    for (const film of desk.mended()) {
      films.set(film.id, { ...film, version: film.version + 1 });
    }
    return { results, fresh: desk.fresh(), mended: desk.mended() };
  };
  const outcomes = (run: string, ...rows: Imported[]) =>
    absorb(run, rows).results.map(({ outcome }) => outcome);
  return { films, absorb, outcomes };
}
const cast = [{ name: "Theda Bara" }];

test("makes films of new rows, in the state that the run asks for", () => {
  const { absorb } = shelf();

  const { results, fresh, mended } = absorb("run-1", [
    row({ key: "1" }),
    row({ key: "2", at: 2, film: { titles: { en: "Solaris" } } }),
  ]);

  expect(results).toEqual([
    { outcome: "loaded", id: "film-1", near: 0 },
    { outcome: "loaded", id: "film-2", near: 0 },
  ]);
  expect(fresh.map(({ id, state }) => [id, state])).toEqual([
    ["film-1", "published"],
    ["film-2", "published"],
  ]);
  expect(mended).toEqual([]);
});

test("tells how many films of the title and year are near", () => {
  const { absorb } = shelf();

  const { results } = absorb("run-1", [row({ key: "1" }), row({ key: "2", at: 2 })]);

  expect(results[1]).toEqual({ outcome: "loaded", id: "film-2", near: 1 });
});

test("merges a row into the film that an earlier row of the batch made: one write", () => {
  const { absorb, films } = shelf();

  const { results, fresh, mended } = absorb("run-1", [
    row({ key: "1", film: { cast } }),
    row({ key: "2", at: 2, source: "table", film: { cast, runtimeMinutes: 59 } }),
  ]);

  expect(results.map(({ outcome, id }) => [outcome, id])).toEqual([
    ["loaded", "film-1"],
    ["merged", "film-1"],
  ]);
  expect([fresh.length, mended.length]).toEqual([1, 0]);
  expect(films.get("film-1")).toMatchObject({ runtimeMinutes: 59 });
});

test("merges several rows into a film that was there with one write", () => {
  const { absorb, films } = shelf();
  absorb("run-1", [row({ key: "1", film: { cast } })]);

  const { mended } = absorb("run-2", [
    row({ source: "table", key: "a", film: { cast, runtimeMinutes: 59 } }),
    row({ source: "table", key: "b", at: 2, film: { cast, ageRating: "12" } }),
  ]);

  expect(mended).toHaveLength(1);
  expect(films.get("film-1")).toMatchObject({ version: 2, runtimeMinutes: 59, ageRating: "12" });
});

describe("a row that stands in the file twice", () => {
  const twice = [row({ at: 1 }), row({ at: 2 })];

  test("is loaded once and merged once, within a batch or over two", () => {
    const [one, two] = [shelf(), shelf()];

    expect(one.outcomes("run-1", ...twice)).toEqual(["loaded", "merged"]);
    expect(two.outcomes("run-1", row({ at: 1 }))).toEqual(["loaded"]);
    expect(two.outcomes("run-1", row({ at: 2 }))).toEqual(["merged"]);
    expect([one.films.size, two.films.size]).toEqual([1, 1]);
  });

  test("is unchanged both times in a later run", () => {
    const { outcomes, absorb } = shelf();
    absorb("run-1", twice);

    expect(outcomes("run-2", ...twice)).toEqual(["unchanged", "unchanged"]);
  });

  test("with other content the second time is unchanged both times in a later run", () => {
    const { outcomes, absorb } = shelf();
    const different = [row({ at: 1, hash: 1 }), row({ at: 2, hash: 2, film: { ageRating: "12" } })];

    expect(absorb("run-1", different).results.map((r) => r.outcome)).toEqual(["loaded", "merged"]);
    expect(outcomes("run-2", ...different)).toEqual(["unchanged", "unchanged"]);
  });

  test("with other content keeps its rest unchanged when one of the two is edited", () => {
    const { outcomes } = shelf();
    const rows = (second: number) => [row({ at: 1, hash: 1 }), row({ at: 2, hash: second })];
    outcomes("run-1", ...rows(2));

    expect(outcomes("run-2", ...rows(3))).toEqual(["unchanged", "merged"]);
    expect(outcomes("run-3", ...rows(3))).toEqual(["unchanged", "unchanged"]);
  });
});

describe("a storm of rows", () => {
  test("that all name one film goes into it up to a bound; the film does not grow for ever", () => {
    const { absorb, films } = shelf();
    const storm = Array.from({ length: 500 }, (_, i) =>
      row({ at: i + 1, hash: i, film: { extracts: { en: { text: `version ${i}` } } } }),
    );

    const first = absorb("run-1", storm).results.map(({ outcome }) => outcome);
    const size = films.get("film-1")?.rows.length;
    const { mended } = absorb("run-2", [row({ at: 1, hash: 0, film: { ageRating: "12" } })]);

    expect(first.filter((outcome) => outcome === "merged")).toHaveLength(499);
    expect([films.size, size]).toEqual([1, 100]);
    expect(mended).toEqual([]);
    expect(absorb("run-3", storm.slice(0, 100)).mended).toEqual([]);
  });

  test("of films of one title and year makes them all, and compares a bounded number", () => {
    const { absorb, films } = shelf();
    const storm = Array.from({ length: 500 }, (_, i) =>
      row({ key: `${i}`, at: i + 1, film: { cast: [{ name: `Actor ${i}` }] } }),
    );

    const { results } = absorb("run-1", storm);

    expect(films.size).toBe(500);
    expect(results.at(-1)?.near).toBe(101);
    expect(absorb("run-2", storm).results.every((one) => one.outcome === "unchanged")).toBe(true);
  });
});

describe("a batch that is sent again after a crash", () => {
  const batch = [
    row({ key: "1", at: 1, film: { cast } }),
    row({ key: "2", at: 2, source: "table", film: { cast } }),
    row({ key: "3", at: 3, film: { titles: { en: "Solaris" } } }),
    row({ key: "3", at: 4, film: { titles: { en: "Solaris" } } }),
  ];

  test("gets the outcomes it had, and writes nothing", () => {
    const { absorb, films } = shelf();
    const first = absorb("run-1", batch);
    const before = structuredClone(films);

    const again = absorb("run-1", batch);

    expect(again.results.map(({ outcome, id }) => [outcome, id])).toEqual(
      first.results.map(({ outcome, id }) => [outcome, id]),
    );
    expect([again.fresh, again.mended]).toEqual([[], []]);
    expect(films).toEqual(before);
  });

  test("goes on where it broke off", () => {
    const { absorb, outcomes, films } = shelf();
    absorb("run-1", batch.slice(0, 1));

    expect(outcomes("run-1", ...batch)).toEqual(["loaded", "merged", "loaded", "merged"]);
    expect(films.size).toBe(2);
  });

  const near = [
    row({ key: "5", at: 1, film: { cast: [{ name: "A" }] } }),
    row({ key: "6", at: 2, film: { cast: [{ name: "B" }] } }),
    row({ key: "7", at: 3, source: "table", film: { cast: [{ name: "A" }] } }),
    row({ key: "8", at: 4, film: { cast: [{ name: "C" }] } }),
  ];

  test("gets the same count of films near each row", () => {
    const { absorb } = shelf();

    const first = absorb("run-1", near).results;

    expect(first.map((result) => result.near)).toEqual([0, 1, 1, 2]);
    expect(absorb("run-1", near).results).toEqual(first);
  });

  test("counts as near what was there when a row first came, not what later rows made", () => {
    const whole = shelf();
    whole.absorb("run-0", near.slice(0, 1));
    const torn = structuredClone(whole.films);
    const all = whole.absorb("run-1", near.slice(1));
    const { films, absorb } = shelf();
    for (const [id, film] of torn) films.set(id, film);
    // The crash came between the writes: what is new is stored, what was mended is not.
    for (const film of all.fresh) films.set(film.id, { ...film, version: 1 });

    const again = absorb("run-1", near.slice(1));

    expect(again.results).toEqual(all.results);
    expect(films).toEqual(whole.films);
  });

  test("is unchanged in a later run, a film withdrawn meanwhile too", () => {
    const { absorb, outcomes, films } = shelf();
    absorb("run-1", batch);
    const film = films.get("film-1") as Kept;
    films.set("film-1", { ...film, state: "withdrawn" });

    expect(outcomes("run-2", ...batch)).toEqual(Array(4).fill("unchanged"));
    expect(films.size).toBe(2);
  });
});

describe("an external id that another film has", () => {
  const two = [
    row({ key: "1", film: { titles: { en: "First" }, externalIds: { imdb: "tt0000001" } } }),
    row({ key: "2", at: 2, film: { titles: { en: "Second" }, externalIds: { tmdb: "22" } } }),
  ];

  test("is left out of a row that names both: it belongs to the film of the first id", () => {
    const { absorb, films } = shelf();
    absorb("run-1", two);

    const { results } = absorb("run-2", [
      row({
        source: "movielens",
        key: "9",
        film: { externalIds: { imdb: "tt0000001", tmdb: "22", movielens: "9" } },
      }),
    ]);

    expect(results[0]).toMatchObject({ outcome: "merged", id: "film-1" });
    expect(films.get("film-1")?.externalIds).toEqual({ imdb: "tt0000001", movielens: "9" });
    expect(films.get("film-2")?.externalIds).toEqual({ tmdb: "22" });
  });

  test("is left out of a newer edition of a row", () => {
    const { absorb, films } = shelf();
    absorb("run-1", two);

    absorb("run-2", [
      row({ key: "2", hash: 2, film: { externalIds: { tmdb: "22", imdb: "tt0000001" } } }),
    ]);

    expect(films.get("film-2")?.externalIds).toEqual({ tmdb: "22" });
  });

  test("is left out when an earlier row of the batch took it", () => {
    const { absorb, films } = shelf();
    absorb("run-1", two);
    const both = (key: string, at: number) =>
      row({ key, at, hash: 2, film: { externalIds: { movielens: "5" } } });

    const { results } = absorb("run-2", [both("1", 1), both("2", 2)]);

    expect(results.map(({ outcome, id }) => [outcome, id])).toEqual([
      ["merged", "film-1"],
      ["merged", "film-2"],
    ]);
    expect(films.get("film-1")?.externalIds).toMatchObject({ movielens: "5" });
    expect(films.get("film-2")?.externalIds).not.toHaveProperty("movielens");
  });

  test("of TMDB is no other film's when the other is a series", () => {
    const { absorb, films } = shelf();
    absorb("run-1", two);

    const { results } = absorb("run-1", [
      row({ source: "table", key: "s", film: { kind: "series", externalIds: { tmdb: "22" } } }),
    ]);

    expect(results[0]).toMatchObject({ outcome: "loaded" });
    expect(films.get(results[0]?.id ?? "")?.ids).toEqual(["tmdb:series/22"]);
  });

  test("never fails a batch: whatever kinds and ids rows name, no two films share one", () => {
    const { absorb, films } = shelf();
    const kinds = ["film", "series", "episode"];
    const sources = ["imdb", "wikipedia", "movielens", "table"] as const;
    for (let at = 1; at <= 600; at++) {
      const externalIds = {
        ...(at % 2 ? { imdb: `tt000000${at % 7}` } : {}),
        ...(at % 3 ? { tmdb: String(1 + (at % 5)) } : {}),
        ...(at % 5 ? { movielens: String(1 + (at % 11)) } : {}),
      };
      const film = { kind: kinds[(at * 7) % 3], titles: { en: `T${at % 13}` }, externalIds };
      absorb(`run-${at}`, [row({ source: sources[at % 4], key: `k${at % 40}`, hash: at, film })]);
    }

    const ids = [...films.values()].flatMap((film) => film.ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
