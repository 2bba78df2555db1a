/** A house whose documents were written by an earlier version. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const root = new URL("../..", import.meta.url).pathname;
const folder = await mkdtemp(join(tmpdir(), "bijou-migrate-"));
const file = join(folder, "documents/films.db");
afterAll(() => rm(folder, { recursive: true }));

/** What `npm start` starts, until it ends by itself. */
async function start(MIGRATE: string) {
  const runner = join(root, "node_modules/moleculer/bin/moleculer-runner.mjs");
  const command = ["--disable-warning=ExperimentalWarning", runner];
  const env = { PATH: process.env.PATH, DATA_DIR: folder, MIGRATE, NODE_PORT: "0" };
  const options = { cwd: root, env: { ...env, LOG_LEVEL: "warn", SERVICES: "catalog" } };
  const config = ["--config", join(root, "moleculer.config.ts")];
  return promisify(execFile)(process.execPath, [...command, ...config], options).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    (error: { code: number; stderr: string }) => ({ code: error.code, text: error.stderr }),
  );
}
/** The films as the file has them at its end. */
async function filmsNow(): Promise<Map<string, { version: number; ids?: string[] }>> {
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line.includes('"id"'));
  return new Map(lines.map((line) => JSON.parse(line)).map((film) => [film.id, film]));
}
const film = (id: string, externalIds: object) => ({
  ...{ _id: id, id, version: 1, createdAt: "2026-01-01T00:00:00.000Z", updatedAt: "" },
  ...{ kind: "film", titles: { en: id }, sortTitle: id, people: [], match: [], externalIds },
});

test("refuses to start with MIGRATE=off, gives films their unique ids, and is done once", async () => {
  const old = [
    film("a", { imdb: "tt0000001", tmdb: "7" }),
    film("b", { imdb: "tt0000001", movielens: "8" }),
    film("c", {}),
  ];
  await mkdir(join(folder, "documents"), { recursive: true });
  await writeFile(file, old.map((one) => `${JSON.stringify(one)}\n`).join(""));

  const refused = await start("off");
  const done = await start("only");
  const again = await start("only");

  expect(refused).toMatchObject({ code: 78, text: expect.stringContaining("npm run migrate") });
  expect(done.code).toBe(0);
  expect(done.text).toMatch(/films: migration 1 \(films know their unique ids\): done in \d+ ms/);
  const films = await filmsNow();
  expect(films.get("a")).toMatchObject({ ids: ["imdb:tt0000001", "tmdb:film/7"], version: 2 });
  // Two of one id from before: the first keeps it.
  expect(films.get("b")).toMatchObject({ ids: ["movielens:8"], version: 2 });
  expect(films.get("c")).toMatchObject({ ids: [], version: 2 });
  expect(again).toMatchObject({ code: 0, text: expect.not.stringContaining("migration 1") });
}, 60_000);
