/** Rows of imports, taken in by the films themselves. */
import type { ServiceBroker } from "moleculer";
import { absorb, cards } from "../../services/catalog/absorb.contract.ts";
import * as films from "../../services/catalog/films.contract.ts";
import { newId } from "../../services/shared/ids.ts";
import { call } from "../../services/shared/wire.ts";
import { allFilms, asGuest, asOperator, close, film, row, start, stop } from "./house.ts";

let house: ServiceBroker;
beforeAll(async () => {
  house = await start("films");
});
afterAll(close);

type Rows = ReturnType<typeof row>[];
const take = (run: string, rows: Rows, more: object = {}) =>
  call(house, absorb, { run, rows, ...more });
const tally = (results: { outcome: string }[]) => {
  const counts = { loaded: 0, merged: 0, unchanged: 0 };
  for (const { outcome } of results) counts[outcome as keyof typeof counts]++;
  return counts;
};
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe("a thousand rows", () => {
  const rows = upTo(1_000).map((i) =>
    row(i, { titles: { en: `Thousand ${i}` }, cast: [{ name: `Actor ${i % 50}` }] }),
  );
  const batches = [rows.slice(0, 500), rows.slice(500)];
  const takeAll = async (run: string) => {
    const results: { outcome: string; id: string }[] = [];
    for (const batch of batches) results.push(...(await take(run, batch)));
    return results;
  };

  test("are loaded once, unchanged the second time, over a restart too", async () => {
    const [first, second] = [newId(), newId()];

    const loaded = await takeAll(first);
    const same = await takeAll(second);
    await stop(house);
    house = await start("films");
    const after = await takeAll(newId());

    expect(tally(loaded)).toEqual({ loaded: 1_000, merged: 0, unchanged: 0 });
    expect(tally(same)).toEqual({ loaded: 0, merged: 0, unchanged: 1_000 });
    expect(tally(after)).toEqual({ loaded: 0, merged: 0, unchanged: 1_000 });
    expect(after.map(({ id }) => id)).toEqual(loaded.map(({ id }) => id));
    expect(await takeAll(first)).toEqual(loaded);
    expect(await allFilms(house)).toHaveLength(1_000);
  });

  test("that changed since are merged into their films", async () => {
    const changed = rows.slice(0, 10).map((one, i) => ({
      ...row(one.row, { ...one.film, runtimeMinutes: 90 + i }),
    }));

    const results = await take(newId(), changed);

    expect(tally(results)).toMatchObject({ merged: 10 });
    const { id } = results[3] ?? { id: "" };
    expect(await call(house, films.get, { id })).toMatchObject({ runtimeMinutes: 93, version: 2 });
  });

  test("are at most five hundred at once", async () => {
    await expect(house.call("films.absorb", { run: newId(), rows })).rejects.toMatchObject({
      type: "PARAMS_INVALID",
    });
  });
});

test("batches at the same time never make two films of one row", async () => {
  const rows = upTo(200).map((i) => row(i, { key: `same-${i}`, titles: { en: `Same ${i}` } }));
  const from = (start: number) => rows.slice(start, start + 100);

  const all = await Promise.all([0, 50, 100, 25, 75, 0].map((start) => take(newId(), from(start))));

  expect(tally(all.flat())).toEqual({ loaded: 200, merged: 0, unchanged: 400 });
  const ids = new Set(all.flat().map(({ id }) => id));
  expect(ids.size).toBe(200);
});

test("a batch beside an editor who works on the same films loses nothing of either", async () => {
  const rows = upTo(50).map((i) => row(i, { key: `edit-${i}`, titles: { en: `Edit ${i}` } }));
  const made = await take(newId(), rows);
  const newer = rows.map((one) => row(one.row, { ...one.film, key: one.from.key, year: 1960 }));

  const [absorbed, ...edits] = await Promise.all([
    take(newId(), newer),
    ...made.slice(0, 10).map(async ({ id }) => {
      for (;;) {
        const { version } = await call(house, films.get, { id });
        const changes = { ageRating: "12" };
        try {
          return await call(house, films.change, { id, version, changes }, asOperator());
        } catch (error) {
          if ((error as { type?: string }).type !== "FILM_STALE") throw error;
        }
      }
    }),
  ]);

  expect(tally(absorbed)).toMatchObject({ merged: 50 });
  expect(edits).toHaveLength(10);
  for (const { id } of made.slice(0, 10)) {
    expect(await call(house, films.get, { id })).toMatchObject({ year: 1960, ageRating: "12" });
  }
});

describe("one row", () => {
  test("makes a film in the state that the import asks for", async () => {
    const [draft] = await take(newId(), [row(1, { key: "s1", titles: { en: "S1" } })], {
      state: "draft",
    });
    const [shown] = await take(newId(), [row(1, { key: "s2", titles: { en: "S2" } })]);

    await expect(call(house, films.get, { id: draft?.id ?? "" }, asGuest())).rejects.toMatchObject({
      code: 404,
    });
    expect(await call(house, films.get, { id: shown?.id ?? "" }, asGuest())).toMatchObject({
      state: "published",
    });
  });

  test("finds its film again though an editor renamed it and took it away from everybody", async () => {
    const given = { key: "w1", titles: { en: "Renamed Later" } };
    const [made] = await take(newId(), [row(1, given)]);
    const id = made?.id ?? "";
    await call(house, films.withdraw, { id });
    const changes = { titles: { en: "Another Name" }, year: 1901 };
    await call(house, films.change, { id, version: 2, changes }, asOperator());

    const [same] = await take(newId(), [row(1, given)]);
    const [newer] = await take(newId(), [row(1, { ...given, genres: ["drama"] })]);

    expect([same, newer]).toEqual([
      { outcome: "unchanged", id, near: 0 },
      { outcome: "merged", id, near: 0 },
    ]);
    expect(await call(house, films.get, { id })).toMatchObject({
      state: "withdrawn",
      title: "Another Name",
      year: 1901,
      genres: ["drama"],
    });
  });

  test("is merged into a film that an editor made, and leaves him his fields", async () => {
    const draft = { titles: { en: "Editor's own" }, year: 1933, cast: [{ name: "Fay Wray" }] };
    const { id } = await film(house, { ...draft, runtimeMinutes: 100 });

    const [result] = await take(newId(), [
      row(
        1,
        { ...draft, key: "e1", runtimeMinutes: 99, externalIds: { imdb: "tt0024216" } },
        "imdb",
      ),
    ]);

    expect(result).toEqual({ outcome: "merged", id, near: 0 });
    expect(await call(house, films.get, { id })).toMatchObject({
      runtimeMinutes: 100,
      externalIds: { imdb: "tt0024216" },
    });
  });

  test("whose ids belong to two films fails no batch: it is the first one's", async () => {
    const first = await film(house, { externalIds: { imdb: "tt5555551" } });
    const second = await film(house, { externalIds: { tmdb: "5555" } });
    const torn = { imdb: "tt5555551", tmdb: "5555", movielens: "55" };

    const results = await take(newId(), [
      row(1, { key: "t1", titles: { en: "Before" } }),
      row(2, { key: "t2", titles: { en: "Torn" }, externalIds: torn }, "movielens"),
      row(3, { key: "t3", titles: { en: "Behind" } }),
    ]);

    expect(results.map(({ outcome }) => outcome)).toEqual(["loaded", "merged", "loaded"]);
    expect(results[1]?.id).toBe(first.id);
    expect(await call(house, films.many, { ids: [first.id, second.id] })).toMatchObject([
      { externalIds: { imdb: "tt5555551", movielens: "55" } },
      { externalIds: { tmdb: "5555" } },
    ]);
  });
});

test("match cards are answered by any of their keys", async () => {
  const [made] = await take(newId(), [
    row(1, { key: "c1", titles: { en: "Card" }, year: 1999, externalIds: { imdb: "tt6666661" } }),
  ]);

  for (const key of ["row:wikipedia:c1", "imdb:tt6666661", "film:card|1999"]) {
    expect(await call(house, cards, { keys: [key, "imdb:tt0000000"] })).toMatchObject([
      { id: made?.id, year: 1999, rows: [{ source: "wikipedia", key: "c1" }] },
    ]);
  }
});
