/** The contract of the search engines over the embedded one, and what is its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SearchEngine } from "../../mixins/search/port.ts";
import { type SqliteSearchEngine, sqliteSearch } from "../../mixins/search/sqlite/engine.ts";
import { contract } from "./contract.ts";
import { crashing } from "./crashing.ts";
import { definition, film, ids } from "./harness.ts";

const embedded = async () => {
  const folder = mkdtempSync(join(tmpdir(), "bijou-search-"));
  return {
    open: () => sqliteSearch({ folder, definition }),
    crash: (engine: SearchEngine) => (engine as SqliteSearchEngine).halt(),
    dispose: async () => rmSync(folder, { recursive: true }),
  };
};

describe("the embedded engine", () => {
  contract(embedded);
  describe("crashing", () => crashing(embedded));
});

describe("the files of the embedded engine", () => {
  let folder: string;
  let engine: SearchEngine;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bijou-search-"));
    engine = sqliteSearch({ folder, definition });
  });
  afterEach(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });
  const files = () => readdirSync(folder).filter((file) => file.endsWith(".sqlite"));

  test("a finished rebuild leaves one file, of the next generation", async () => {
    await engine.put([film("a")]);
    expect(files()).toEqual(["films-000001.sqlite"]);

    await (await engine.rebuild()).commit();

    expect(files()).toEqual(["films-000002.sqlite"]);
  });

  test("an index of another definition or a damaged one is begun anew", async () => {
    await engine.put([film("a")]);
    await engine.close();

    engine = sqliteSearch({ folder, definition: { ...definition, version: 2 } });
    await expect(engine.stats()).resolves.toMatchObject({ documents: 0, filled: false });
    await engine.close();
    for (const file of files()) writeFileSync(join(folder, file), "not a database".repeat(1000));
    engine = sqliteSearch({ folder, definition });

    await expect(engine.stats()).resolves.toMatchObject({ documents: 0, filled: false });
    await engine.put([film("b")]);
    expect(await ids(engine, {})).toEqual(["b"]);
  });

  test("says which folder it cannot use", async () => {
    const file = join(folder, "occupied");
    writeFileSync(file, "");
    const other = sqliteSearch({ folder: file, definition });

    await expect(other.stats()).rejects.toThrow(file);
    await other.close();
  });

  test("kill -9 loses no batch that was acknowledged and leaves no half batch", async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "endless-writer.ts"), folder]);
    let acknowledged = 0;
    for await (const chunk of child.stdout.setEncoding("utf8")) {
      acknowledged = Number(String(chunk).trim().split("\n").at(-1));
      if (acknowledged >= 5) break;
    }
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");

    const { total } = await engine.search({ limit: 1 });

    expect(total % 20).toBe(0);
    expect(total / 20).toBeGreaterThanOrEqual(acknowledged);
    expect((await engine.search({ q: "batch film", limit: 1 })).total).toBe(total);
  });
});
