/** What was acknowledged is there after `kill -9`, and everything that follows it too. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import * as films from "../../services/catalog/films.contract.ts";
import * as search from "../../services/catalog/search.contract.ts";
import { call } from "../../services/shared/wire.ts";
import { until } from "../house/soon.ts";
import { allFilms, asGuest, close, folder, start, stop } from "./house.ts";

afterAll(close);

/** Runs the child until so many rows are acknowledged and kills it: how many were in the end. */
async function killedAfter(rows: number): Promise<number> {
  const script = fileURLToPath(new URL("./crash.child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script], {
    env: { ...process.env, CATALOG_FOLDER: folder },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let taken = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    taken = Math.max(taken, ...chunk.toString().trim().split("\n").map(Number));
    if (taken >= rows) child.kill("SIGKILL");
  });
  await once(child, "close");
  return taken;
}

test.each([40, 400])(
  "films acknowledged before a kill are all there, and the search has them: after %i",
  async (rows) => {
    const acknowledged = await killedAfter(rows);
    const house = await start();

    const kept = await allFilms(house);
    const titles = new Set(kept.map(({ title }) => title));
    const total = async () =>
      (await call(house, search.find, { limit: 1, facets: false }, asGuest())).total;
    await until(async () => (await total()) === kept.length, "the index has every film");
    await until(
      async () => (await call(house, films.untold, {})).count === 0,
      "every change is told",
    );

    expect(acknowledged).toBeGreaterThanOrEqual(rows);
    for (let i = 1; i <= acknowledged; i++) expect(titles).toContain(`Survivor ${i}`);
    expect(titles.size).toBe(kept.length);
    await stop(house);
  },
);
