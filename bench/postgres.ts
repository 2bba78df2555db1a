/**
 * An import into the PostgreSQL of POSTGRES_URL up to its last stored film, beside its floor: gunzip,
 * parse and COPY of the same rows into one table with a primary key, each in a process of its own, in
 * turn, in schemas of their own.
 *
 *   POSTGRES_URL=… node bench/postgres.ts [rounds]
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { endOf, queueImport, startHouse } from "../tests/house/process.ts";
import { median, spread } from "./lib/figures.ts";
import { madeFilms, realFilms } from "./lib/films.ts";

const url = process.env.POSTGRES_URL;
if (!url) throw new Error("POSTGRES_URL is not set: start a PostgreSQL and name it there.");
const rounds = Number(process.argv[2] ?? 7);
const folder = mkdtempSync(join(tmpdir(), "bijou-bench-"));
const say = (line: string) => process.stdout.write(`${line}\n`);
const floorScript = fileURLToPath(new URL("postgres/floor.ts", import.meta.url));
const newSchema = () => `bench-${randomBytes(6).toString("hex")}`;

async function drop(schema: string) {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`drop schema if exists "${schema}" cascade`);
  await client.end();
}

function floor(file: string): { ms: number; rows: number } {
  const args = [floorScript, file, url ?? "", newSchema()];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

async function ours(file: string) {
  const dataDir = join(folder, "house");
  rmSync(dataDir, { recursive: true, force: true });
  const schema = newSchema();
  const env = { POSTGRES_URL: url ?? "", NAMESPACE: schema };
  const house = await startHouse(dataDir, { ...env, DOCUMENTS_SLOW_MS: "60000" });
  try {
    const run = await endOf(house, await queueImport(house, file));
    if (run.status !== "done") throw new Error(`The import ended as ${run.status}: ${run.error}`);
    const since = Date.parse(run.startedAt);
    return {
      stored: Date.parse(run.storedAt) - since,
      indexed: Date.parse(run.endedAt) - since,
      run,
    };
  } finally {
    await house.stop();
    await drop(schema);
  }
}

const real = realFilms();
const file = real ?? (await madeFilms(folder, 36_273));
say(real ? "36,273 real films" : "36,273 made films: the real ones are not at hand");
const ratios: number[] = [];
for (let round = 1; round <= rounds; round++) {
  const least = floor(file);
  const { stored, indexed, run } = await ours(file);
  ratios.push(stored / least.ms);
  say(
    `round ${round}: floor ${Math.round(least.ms)} ms for ${least.rows} rows, stored after ` +
      `${stored} ms, searchable after ${indexed} ms; ${run.loaded} loaded + ${run.merged} merged`,
  );
}
say(`import into PostgreSQL up to the last stored film, in floors: ${spread(ratios)}; bar 2.5`);
rmSync(folder, { recursive: true });
if (median(ratios) > 2.5) process.exitCode = 1;
