/** The floor of an import: gunzip, parse, and insert by the hundred into the same engine. */
import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

const Nedb = createRequire(import.meta.url)("@seald-io/nedb") as new (
  options: object,
) => { loadDatabaseAsync(): Promise<void>; insertAsync(rows: object[]): Promise<void> };

const [file = "", target = ""] = process.argv.slice(2);
const begun = performance.now();
const db = new Nedb({ filename: target });
await db.loadDatabaseAsync();
let batch: object[] = [];
for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
  batch.push(JSON.parse(line));
  if (batch.length < 500) continue;
  await db.insertAsync(batch);
  batch = [];
}
if (batch.length > 0) await db.insertAsync(batch);
const ms = performance.now() - begun;
const { maxRSS } = process.resourceUsage();
process.stdout.write(JSON.stringify({ ms, mostMiB: maxRSS / 1024 }));
