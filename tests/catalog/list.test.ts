import type { ServiceBroker } from "moleculer";
import type { z } from "zod";
import * as films from "../../services/catalog/films.contract.ts";
import { personId } from "../../services/catalog/people.contract.ts";
import { call } from "../../services/shared/wire.ts";
import { asGuest, close, film, start } from "./house.ts";

type Asked = z.input<typeof films.list.params>;

let house: ServiceBroker;
let seriesId = "";
const banionis = personId({ name: "Donatas Banionis" });

beforeAll(async () => {
  house = await start("films");
  const cast = [{ name: "Donatas Banionis" }];
  await film(house, { titles: { en: "solaris" }, year: 1972, genres: ["drama"], cast });
  await film(house, { titles: { en: "Stalker" }, year: 1979, genres: ["drama"] });
  await film(house, { titles: { en: "Éden" }, year: 1961, genres: ["war"], cast });
  await film(house, { titles: { en: "Zodiac" } });
  await film(house, { titles: { en: "Alien" }, year: 1979 });
  await film(house, { titles: { ru: "Ёлки" }, year: 2010 });
  seriesId = (await film(house, { kind: "series", titles: { en: "Twin Peaks" }, year: 1990 })).id;
  const series = { id: seriesId, season: 1, number: 1 };
  await film(house, { kind: "episode", titles: { en: "Pilot" }, year: 1990, series });
});
afterAll(close);

const titles = async (asked: Asked) =>
  (await call(house, films.list, asked, asGuest())).items.map(({ title }) => title);

test.each([
  [{ genre: "drama" }, ["Stalker", "solaris"]],
  [{ kind: "series" }, ["Twin Peaks"]],
  [{ yearFrom: 1979, yearTo: 1990, kind: "film" }, ["Alien", "Stalker"]],
  [{ yearFrom: 2000 }, ["Ёлки"]],
  [{ yearTo: 1961 }, ["Éden"]],
  [{ person: banionis }, ["solaris", "Éden"]],
  [{ person: banionis, genre: "war" }, ["Éden"]],
  [{ genre: "comedy" }, []],
] satisfies [Asked, string[]][])("filters by %j", async (asked, expected) => {
  expect((await titles(asked)).toSorted()).toEqual(expected.toSorted());
});

test("finds the episodes of a series", async () => {
  expect(await titles({ series: seriesId })).toEqual(["Pilot"]);
});

test.each([
  ["title", ["Alien", "Éden", "Pilot", "solaris", "Stalker", "Twin Peaks", "Zodiac", "Ёлки"]],
  ["-title", ["Ёлки", "Zodiac", "Twin Peaks", "Stalker", "solaris", "Pilot", "Éden", "Alien"]],
] as const)("sorts by %s as people would", async (sort, expected) => {
  expect(await titles({ sort })).toEqual(expected);
});

test("sorts by year, the newest first unless told", async () => {
  const years = async (asked: Asked) =>
    (await call(house, films.list, asked)).items.flatMap(({ year }) => year ?? []);

  expect(await years({})).toEqual([2010, 1990, 1990, 1979, 1979, 1972, 1961]);
  expect(await years({ sort: "year" })).toEqual([1961, 1972, 1979, 1979, 1990, 1990, 2010]);
});

test.each(["id", "-id", "year", "-year", "title", "-title"] as const)(
  "pages by %s: each film once, in the order of one long page",
  async (sort) => {
    const all = await titles({ sort });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await call(house, films.list, { sort, limit: 3, cursor }, asGuest());
      seen.push(...page.items.map(({ title }) => title));
      cursor = page.next ?? undefined;
    } while (cursor);

    expect(seen).toEqual(all);
    expect(new Set(seen).size).toBe(8);
  },
);

test("refuses the cursor of another list, and what is no cursor", async () => {
  const { next } = await call(house, films.list, { sort: "title", limit: 2 });

  for (const asked of [
    { sort: "year", cursor: next ?? "" },
    { sort: "title", genre: "drama", cursor: next ?? "" },
    { cursor: "%%%" },
  ] as const) {
    await expect(call(house, films.list, asked)).rejects.toMatchObject({
      type: "CURSOR_REFUSED",
      code: 422,
    });
  }
});

test.each([
  { limit: 0 },
  { limit: 101 },
  { limit: "3" },
  { sort: "votes" },
  { genre: "dramedy" },
  { year: 1999 },
])("refuses %j", async (asked) => {
  await expect(house.call("films.list", asked)).rejects.toMatchObject({
    type: "PARAMS_INVALID",
    code: 422,
  });
});

test("a page of films too large for one answer is shorter, and the next one goes on", async () => {
  const extracts = { en: { text: "long ".repeat(3_900) }, ru: { text: "долго ".repeat(3_300) } };
  const made = Array.from({ length: 12 }, (_, n) => `Long ${String(n).padStart(2, "0")}`);
  for (const en of made) await film(house, { titles: { en }, year: 2050, extracts });
  const asked = { yearFrom: 2050, sort: "title" } as const;

  const sizes: number[] = [];
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await call(house, films.list, { ...asked, limit: 100, cursor });
    sizes.push(Buffer.byteLength(JSON.stringify(page)));
    seen.push(...page.items.map(({ title }) => title));
    cursor = page.next ?? undefined;
  } while (cursor);

  expect(seen).toEqual(made);
  expect(sizes.length).toBeGreaterThan(1);
  expect(Math.max(...sizes)).toBeLessThan(512 * 1024);
});
