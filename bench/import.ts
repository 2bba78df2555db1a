/**
 * An import up to its last stored film beside its floor (gunzip, parse, insert into the same
 * engine), each in a process of its own, in turn; then how memory grows from N films to ten times N
 * beside the engine alone, holding the very documents that the house holds.
 *
 *   node bench/import.ts [rounds]
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { endOf, memoryOf, queueImport, startHouse } from "../tests/house/process.ts";
import { spread } from "./lib/figures.ts";
import { madeFilms, realFilms } from "./lib/films.ts";

const rounds = Number(process.argv[2] ?? 7);
const folder = mkdtempSync(join(tmpdir(), "bijou-bench-"));
const dataDir = join(folder, "house");
const say = (line: string) => process.stdout.write(`${line}\n`);
const floorScript = fileURLToPath(new URL("import/floor.ts", import.meta.url));
const heldScript = fileURLToPath(new URL("import/held.ts", import.meta.url));
/** Its trees take more than V8 allows by itself. */
const room = "--max-old-space-size=12288";

function floor(file: string): { ms: number; mostMiB: number } {
  const target = join(folder, "floor.db");
  rmSync(target, { force: true });
  return JSON.parse(
    execFileSync(process.execPath, [floorScript, file, target], { encoding: "utf8" }),
  );
}

/** The engine alone with the documents of the house that ran last. */
function held(): { mostMiB: number; documents: number } {
  const args = [room, heldScript, join(dataDir, "documents")];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

async function ours(file: string) {
  rmSync(dataDir, { recursive: true, force: true });
  const house = await startHouse(dataDir);
  try {
    const queued = await queueImport(house, file);
    const run = await endOf(house, queued);
    if (run.status !== "done") throw new Error(`The import ended as ${run.status}: ${run.error}`);
    const since = Date.parse(run.startedAt);
    return {
      stored: Date.parse(run.storedAt) - since,
      indexed: Date.parse(run.endedAt) - since,
      mostMiB: memoryOf(house.child).most,
      run,
    };
  } finally {
    await house.stop();
  }
}

const real = realFilms();
const file = real ?? (await madeFilms(folder, 36_273));
say(real ? "36,273 real films" : "36,273 made films: the real ones are not at hand");
const ratios: number[] = [];
const indexed: number[] = [];
for (let round = 1; round <= rounds; round++) {
  const least = floor(file);
  const run = await ours(file);
  ratios.push(run.stored / least.ms);
  indexed.push(run.indexed / 1_000);
  const { loaded, merged, rejected } = run.run;
  say(
    `round ${round}: floor ${Math.round(least.ms)} ms, stored after ${run.stored} ms, ` +
      `searchable after ${run.indexed} ms; ${loaded} loaded + ${merged} merged + ${rejected} rejected`,
  );
}
say(`import up to the last stored film, in floors: ${spread(ratios)}; bar 2.5`);
say(`seconds until all is searchable: ${spread(indexed)}`);

const memory: { house: number; engine: number; beside: number }[] = [];
for (const count of [36_000, 360_000]) {
  const { mostMiB: house } = await ours(await madeFilms(folder, count));
  const { mostMiB: engine, documents } = held();
  memory.push({ house, engine, beside: house - engine });
  say(
    `${count} made films: house ${Math.round(house)} MiB at most; the engine alone with its ` +
      `${documents} documents ${Math.round(engine)}; beside it ${Math.round(house - engine)}`,
  );
}
const [small, large] = memory;
if (small && large) {
  const grew = (what: "house" | "engine" | "beside") => Math.round(large[what] - small[what]);
  say(
    `memory grew by ${grew("house")} MiB, the engine's by ${grew("engine")}; the rest by ${grew("beside")}`,
  );
}
rmSync(folder, { recursive: true });
