/** Run under `ulimit -f`: a write beyond the limit is refused, smaller ones go on. */
import { collection, type Stored } from "../../mixins/documents/collection.ts";
import { NedbEngine } from "../../mixins/documents/nedb.ts";

process.on("SIGXFSZ", () => undefined);

interface Note extends Stored {
  text: string;
}
const notes = collection<Note>({ name: "notes", indexes: {} });
const note = (id: string, size: number): Note => ({
  id,
  version: 1,
  createdAt: "t",
  updatedAt: "t",
  text: "x".repeat(size),
});
const open = async () => {
  const engine = new NedbEngine(notes, process.argv[2] ?? "", () => undefined);
  await engine.open();
  return engine;
};
const all = ["small", "large", "later"];
const ids = async (engine: NedbEngine<Note>) =>
  (await engine.byIds(all)).map((n) => n.id).toSorted();

const first = await open();
await first.insert([note("small", 1_000)]);
const refused = await first.insert([note("large", 200_000)]).then(
  () => "nothing",
  (error: { type: string }) => error.type,
);
const inMemory = await ids(first);
await first.insert([note("later", 1_000)]);
await first.close();
const second = await open();
process.stdout.write(JSON.stringify({ refused, inMemory, afterRestart: await ids(second) }));
