/** Writes forty documents a time, without end, and says what was acknowledged. Started to be killed. */
import { collection, type Stored } from "../../mixins/documents/collection.ts";
import { MongoEngine } from "../../mixins/documents/mongo/engine.ts";
import { newId } from "../../services/shared/ids.ts";

interface Leaf extends Stored {
  batch: string;
}
const [url = "", name = ""] = process.argv.slice(2);
const leaves = collection<Leaf>({ name: "leaves", indexes: { batch: {} } });
const engine = new MongoEngine(leaves, {
  ...{ url, database: "unused", slowMs: 60_000 },
  warn: (text) => process.stderr.write(`${text}\n`),
});
await engine.open();
for (let n = 0; ; n++) {
  const batch = `${name}-${n}`;
  const leaf = () => ({ id: newId(), version: 1, createdAt: "t", updatedAt: "t", batch });
  await engine.insert(Array.from({ length: 40 }, leaf));
  process.stdout.write(`${batch}\n`);
}
