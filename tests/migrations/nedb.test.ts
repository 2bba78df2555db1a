/** Migrations of the embedded engine, whose collections are opened once in a process. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Collection, Stored } from "../../mixins/documents/collection.ts";
import type { Engine } from "../../mixins/documents/engine.ts";
import { NedbEngine } from "../../mixins/documents/nedb.ts";
import { migrationsContract } from "./contract.ts";

let folder = await mkdtemp(join(tmpdir(), "bijou-migrations-"));
afterAll(() => rm(folder, { recursive: true }));

/** Several runners stand for several nodes: they share what is open. */
const shared = new Map<string, { engine: Engine<Stored>; opened: Promise<void> }>();

function open<D extends Stored>(of: Collection<D>): Engine<D> {
  const there = shared.get(of.name);
  const engine =
    there?.engine ?? new NedbEngine(of, join(folder, `${of.name}.db`), () => undefined);
  const opened = there?.opened ?? engine.open();
  shared.set(of.name, { engine: engine as unknown as Engine<Stored>, opened });
  const face = Object.create(engine) as Engine<D>;
  for (const name of [
    "byIds",
    "page",
    "insert",
    "replace",
    "remove",
    "pending",
    "clear",
  ] as const) {
    face[name] = (engine[name] as (...args: never[]) => never).bind(engine);
  }
  face.open = () => opened;
  face.close = async () => undefined;
  return face;
}

migrationsContract("NeDB", {
  open,
  async wipe() {
    for (const { engine } of shared.values()) await engine.close();
    shared.clear();
    await rm(folder, { recursive: true });
    folder = await mkdtemp(join(tmpdir(), "bijou-migrations-"));
  },
});
