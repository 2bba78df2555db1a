/**
 * What the embedded engine takes as moleculer-db brings it, holding a house's films and people with
 * the indexes that their stores declare, and nothing else.
 *
 *   node bench/import/held.ts <folder of the documents>
 */
import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { films } from "../../services/catalog/films.store.ts";
import { people } from "../../services/catalog/people.store.ts";

interface Bare {
  ensureIndexAsync(index: { fieldName: string; unique: boolean; sparse: boolean }): Promise<void>;
  insertAsync(rows: object[]): Promise<void>;
}
type Index = { unique?: boolean };
const Nedb = createRequire(import.meta.url)("@seald-io/nedb") as new () => Bare;

const [folder = ""] = process.argv.slice(2);
const held: Bare[] = [];
let count = 0;
for (const { name, indexes } of [films, people]) {
  const db = new Nedb();
  held.push(db);
  for (const [fieldName, { unique = false }] of Object.entries<Index>({ id: {}, ...indexes })) {
    await db.ensureIndexAsync({ fieldName, unique, sparse: true });
  }
  let batch: object[] = [];
  for await (const line of createInterface({
    input: createReadStream(join(folder, `${name}.db`)),
  })) {
    const { outbox: _, ...row } = JSON.parse(line || "{}");
    // The file's other lines tell which messages were sent.
    if (row._id) batch.push(row);
    if (batch.length < 500) continue;
    await db.insertAsync(batch);
    count += batch.length;
    batch = [];
  }
  if (batch.length > 0) await db.insertAsync(batch);
  count += batch.length;
}
const mostMiB = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ mostMiB, documents: count, collections: held.length }));
