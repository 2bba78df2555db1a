/**
 * From the command to the first 200, with nothing in the house and with 36,000 films, and the
 * memory then.
 *
 *   node bench/start.ts [rounds]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endOf, memoryOf, queueImport, startHouse } from "../tests/house/process.ts";
import { spread } from "./lib/figures.ts";
import { madeFilms } from "./lib/films.ts";

const rounds = Number(process.argv[2] ?? 7);
const folder = mkdtempSync(join(tmpdir(), "bijou-bench-"));
const say = (line: string) => process.stdout.write(`${line}\n`);

async function cold(dataDir: string): Promise<{ ms: number; mib: number }> {
  const begun = performance.now();
  const house = await startHouse(dataDir);
  while (!(await fetch(`${house.publicUrl}/readyz`)).ok) await new Promise(setImmediate);
  await fetch(`${house.publicUrl}/v1/films`);
  const ms = performance.now() - begun;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const mib = memoryOf(house.child).now;
  await house.stop();
  return { ms, mib };
}

async function report(name: string, dataDir: () => string): Promise<void> {
  const all: { ms: number; mib: number }[] = [];
  for (let round = 0; round < rounds; round++) all.push(await cold(dataDir()));
  say(
    `${name}: first 200 after ${spread(
      all.map(({ ms }) => ms),
      0,
    )} ms`,
  );
  say(
    `${name}: idle memory ${spread(
      all.map(({ mib }) => mib),
      0,
    )} MiB`,
  );
}

let fresh = 0;
await report("empty house", () => join(folder, `empty-${fresh++}`));
const filled = join(folder, "filled");
const house = await startHouse(filled);
await endOf(house, await queueImport(house, await madeFilms(folder, 36_000)));
await house.stop();
await report("36,000 films", () => filled);
rmSync(folder, { recursive: true });
