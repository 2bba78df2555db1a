import { execFile } from "node:child_process";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { collection, type Stored } from "../../mixins/documents/collection.ts";
import { NedbEngine } from "../../mixins/documents/nedb.ts";
import { documentsContract } from "./contract.ts";

const folder = await mkdtemp(join(tmpdir(), "bijou-documents-"));
const file = join(folder, "books.db");
const warnings: string[] = [];
afterAll(() => rm(folder, { recursive: true }));

documentsContract("NeDB", {
  make: (of) => new NedbEngine(of, file, (text) => warnings.push(text)),
  wipe: () => rm(file, { force: true }),
});

interface Note extends Stored {
  text: string;
}
const notes = collection<Note>({ name: "notes", indexes: {} });
const note = (id: string): Note => ({ id, version: 1, createdAt: "t", updatedAt: "t", text: "x" });

describe("the file of a collection", () => {
  const path = join(folder, "notes.db");
  const engine = () => new NedbEngine(notes, path, (text) => warnings.push(text));

  test("loses only the write that a crash tore, and says so", async () => {
    const first = engine();
    await first.open();
    await first.insert([note("a"), note("b")]);
    await first.close();
    await appendFile(path, '{"_id":"c","id":"c","te');
    warnings.length = 0;

    const second = engine();
    await second.open();

    expect((await second.byIds(["a", "b", "c"])).map((n) => n.id)).toEqual(["a", "b"]);
    expect(warnings.join()).toContain("23 bytes cut");
    await second.close();
  });

  test("refuses to start on a line that is damaged in the middle, and keeps the file", async () => {
    const damaged = '{"_id":"a","id":"a"}\n{"_id":"b"\n{"_id":"c","id":"c"}\n';
    await writeFile(path, damaged);

    await expect(engine().open()).rejects.toThrow(/corrupt/);
    expect(await readFile(path, "utf8")).toBe(damaged);
  });

  test("undoes a write that the disk refuses, in memory and on disk", async () => {
    const script = new URL("./small-disk.ts", import.meta.url).pathname;
    await rm(path, { force: true });

    const { stdout } = await promisify(execFile)("bash", [
      "-c",
      `ulimit -f 64; exec "${process.execPath}" "${script}" "${path}"`,
    ]);

    expect(JSON.parse(stdout)).toEqual({
      refused: "STORAGE_FAILED",
      inMemory: ["small"],
      afterRestart: ["later", "small"],
    });
  });
});
