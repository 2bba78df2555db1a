/**
 * An import that is killed and goes on ends as one that was left alone: the same films, the same
 * counts. Needs the real films (docs/data.md).
 */
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  ask,
  endOf,
  type House,
  type ImportRun,
  queueImport,
  startHouse,
} from "../house/process.ts";

const data = process.env.BIJOU_DATA ?? join(import.meta.dirname, "../../../shared/data");
const file = join(data, "wikipedia-movies.ndjson.gz");
const folder = await mkdtemp(join(tmpdir(), "bijou-crash-"));
afterAll(() => rm(folder, { recursive: true }));

interface Listed {
  items: Record<string, unknown>[];
  next: string | null;
}

/** One hash over all films, without what differs from run to run: id, times, version. */
async function catalogueHash(house: House): Promise<string> {
  const films: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const after: string = cursor ? `&cursor=${cursor}` : "";
    const page: Listed = await ask(house, "GET", `/v1/films?sort=id&limit=100${after}`);
    for (const { id, version, createdAt, updatedAt, ...film } of page.items) {
      films.push(JSON.stringify(film));
    }
    cursor = page.next;
  }
  return `${films.length} ${createHash("sha256").update(films.toSorted().join("\n")).digest("hex")}`;
}

const kill = async ({ child }: House): Promise<void> => {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
};

/** What of a report must not depend on whether the house fell meanwhile. */
const report = (run: ImportRun) => ({ ...counts(run), quality: Reflect.get(run, "quality") });

const counts = ({ rows, loaded, merged, unchanged, rejected }: ImportRun) => ({
  rows,
  loaded,
  merged,
  unchanged,
  rejected,
});

test("killed three times and gone on, an import ends like one that was left alone", async () => {
  const calm = await startHouse(join(folder, "calm"));
  const whole = await endOf(calm, await queueImport(calm, file));
  const expected = await catalogueHash(calm);
  const again = await endOf(calm, await queueImport(calm, file));
  await calm.stop();
  expect(counts(whole)).toMatchObject({ rows: 36_273, unchanged: 0 });
  expect(whole.loaded + whole.merged + whole.rejected).toBe(36_273);
  expect(counts(again)).toMatchObject({
    loaded: 0,
    merged: 0,
    unchanged: 36_273 - whole.rejected,
  });

  const rough = join(folder, "rough");
  let house = await startHouse(rough);
  const queued = await queueImport(house, file);
  const killedAt: number[] = [];
  for (let kills = 0; kills < 3; kills++) {
    await setTimeout(300 + Math.random() * 900);
    killedAt.push((await ask<ImportRun>(house, "GET", `/v1/imports/${queued.id}`)).rows);
    await kill(house);
    house = await startHouse(rough);
  }
  const ended = await endOf(house, queued);

  expect({ killedAt, ...report(ended) }).toEqual({ killedAt, ...report(whole) });
  expect(await catalogueHash(house)).toBe(expected);
  await house.stop();

  // Nothing is left of the work: no spooled upload, no work file.
  const left = await readdir(join(rough, "work"), { recursive: true }).catch(() => []);
  expect(left.filter((name) => name.includes(queued.id))).toEqual([]);
  expect(JSON.parse(await readFile(join(rough, "format.json"), "utf8"))).toEqual({ format: 1 });
}, 300_000);
