/** Imports over real data: every row accounted for, and dirt that is really there. */
import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import * as imports from "../../services/imports/imports.contract.ts";
import { call, checkResults } from "../../services/shared/wire.ts";
import { closeHouses, counts, ended, type House, openHouse } from "../imports/house.ts";

const data = process.env.BIJOU_DATA || "../shared/data";
const wikipedia = join(data, "wikipedia-movies.ndjson.gz");
const movielens = ["movies.csv", "links.csv", "ratings.csv.gz", "tags.csv"].map((name) =>
  join(data, "movielens", name),
);

beforeAll(() => {
  if (!existsSync(wikipedia))
    throw new Error(`${wikipedia} is missing. Set BIJOU_DATA to the data.`);
  // What the fakes answer is checked by the other tests; here there are too many.
  checkResults(false);
});
afterAll(closeHouses);

async function run(
  house: House,
  source: "wikipedia" | "movielens",
  paths: string[],
  dryRun = false,
) {
  const files: { name: string; object: string }[] = [];
  for (const path of paths) {
    const object = `uploads/${files.length}`;
    await house.objects.put(object, createReadStream(path));
    files.push({ name: path, object });
  }
  return ended(
    house,
    await call(house.broker, imports.start, { source, files, options: { dryRun } }),
  );
}

test("all rows of Wikipedia are accounted for, rehearsed, loaded and known again", async () => {
  const house = await openHouse();

  const rehearsed = await run(house, "wikipedia", [wikipedia], true);
  const first = await run(house, "wikipedia", [wikipedia]);
  const content = house.films.content();
  const second = await run(house, "wikipedia", [wikipedia]);

  expect(first.status).toBe("done");
  expect(first.rows).toBe(36_273);
  expect(first.loaded + first.merged + first.rejected).toBe(36_273);
  expect(first.rejected).toBe(0);
  expect(first.merged).toBeGreaterThanOrEqual(19);
  expect(counts(rehearsed)).toEqual(counts(first));
  expect(rehearsed.quality).toEqual(first.quality);
  expect(counts(second)).toMatchObject({
    loaded: 0,
    merged: 0,
    unchanged: 36_273 - second.rejected,
  });
  expect(house.films.content()).toEqual(content);
  expect(first.quality).toMatchObject({
    nulls: { genres: 588, extracts: 1_741, poster: 5_905, wikipedia: 1_733 },
    normalised: { "title-css": 1 },
    unknownGenres: {},
    orphans: 0,
  });
  // 66 shorts share one text; others come twice or more.
  expect(first.quality.duplicates).toBeGreaterThan(65);
  const titles = [...house.films.kept.values()].map((film) => film.titles.en ?? "");
  expect(titles.filter((title) => /mw-parser|\[\d\]|[\u00a0\u200b]/.test(title))).toEqual([]);
  expect(titles).toContain("Naked Gun 33 1/3: The Final Insult");
  expect([...house.films.kept.values()].filter(isCarmen).length).toBeGreaterThanOrEqual(2);
}, 60_000);

const isCarmen = ({ titles, year }: { titles: Record<string, string>; year?: number }) =>
  titles.en === "Carmen" && year === 1915;

test("MovieLens finds the films of Wikipedia, and brings ids, votes and tags", async () => {
  const house = await openHouse();
  await run(house, "wikipedia", [wikipedia]);

  const done = await run(house, "movielens", movielens);

  expect(done.error).toBeNull();
  expect(done.loaded + done.merged + done.rejected).toBe(9_125);
  expect(done.rejected).toBe(0);
  expect(done.merged).toBeGreaterThan(3_000);
  const toyStory = [...house.films.kept.values()].filter((film) => film.titles.en === "Toy Story");
  expect(toyStory).toMatchObject([
    { externalIds: { imdb: "tt0114709", wikipedia: "Toy_Story" }, votes: { count: 247 } },
  ]);
}, 60_000);
