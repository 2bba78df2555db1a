import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { DirectoryStore } from "../../mixins/objects/directory.ts";
import { objectsContract } from "./contract.ts";
import { text } from "./kit.ts";

const child = fileURLToPath(new URL("./put.child.ts", import.meta.url));

const makeFolder = () => mkdtemp(join(tmpdir(), "bijou-objects-"));
const removeFolder = (path: string) => rm(path, { recursive: true, force: true });

objectsContract("a folder", async () => {
  const root = await makeFolder();
  return { store: await DirectoryStore.open(root), close: () => removeFolder(root) };
});

describe("the folder", () => {
  let root: string;
  beforeEach(async () => {
    root = await makeFolder();
  });
  afterEach(() => removeFolder(root));

  const files = async () =>
    (await readdir(root, { recursive: true, withFileTypes: true }))
      .filter((it) => it.isFile())
      .map((it) => it.name);

  /** Runs the child until `enough`, then kills it; answers what it printed. */
  const killed = async (args: string[], enough: (lines: string[]) => boolean) => {
    const running = spawn(process.execPath, [child, root, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    running.stdout.setEncoding("utf8").on("data", (part) => {
      said += part;
      if (enough(said.split("\n"))) running.kill("SIGKILL");
    });
    await once(running, "close");
    return said.split("\n").slice(0, -1);
  };

  test("holds two files per object and nothing else, whatever was replaced or failed", async () => {
    const store = await DirectoryStore.open(root);
    for (const it of ["1", "2", "3"]) await store.put("films/1", text(it));
    await store.put("films/2", text("x"));
    await store.remove("films/2");
    await store.put("films/3", text("too long"), { maxBytes: 3 }).catch(() => {});

    expect(await files()).toHaveLength(2);
  });

  test("survives kill -9 at any moment: what was acknowledged is whole, nothing is left over", async () => {
    for (const puts of [3, 11, 24]) {
      const said = await killed(["20000"], (lines) => lines.length > puts);
      const store = await DirectoryStore.open(root);

      const objects = await store.list("");
      for (const { key, size } of objects) {
        expect(await buffer((await store.get(key)).stream)).toHaveLength(size);
      }
      expect(said.length).toBeGreaterThanOrEqual(puts);
      expect(objects).toHaveLength(3);
      expect(await files()).toHaveLength(6);
    }
  });

  test("sweeps a half upload at the next start, unless told not to", async () => {
    await killed(["5000", "endless"], (lines) => lines.length > 3);

    await DirectoryStore.open(root, { sweep: false });
    const left = await files();
    const store = await DirectoryStore.open(root);

    expect(left.length).toBeGreaterThan(0);
    expect(await files()).toEqual([]);
    expect(await store.list("")).toEqual([]);
  });

  test("a full disk is told with the folder and what to do, and leaves nothing", async () => {
    const command = `trap '' XFSZ; ulimit -f 64; exec "$0" "$@"`;
    const running = spawn("bash", ["-c", command, process.execPath, child, root, "200000"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const said = String(await buffer(running.stdout));

    expect(said).toMatch(/^STORAGE_FULL: There is no space left for objects in/);
    expect(said).toContain(root);
    expect(said).toContain("Free some");
    expect(await files()).toEqual([]);
  });

  test("does not open where a file is in the way, and names the folder", async () => {
    const path = join(root, "file");
    await writeFile(path, "in the way");

    await expect(DirectoryStore.open(path)).rejects.toMatchObject({
      code: "STORAGE_UNAVAILABLE",
      message: expect.stringContaining(path),
    });
  });

  test("notices that the bytes of an object were cut or taken away", async () => {
    const store = await DirectoryStore.open(root);
    await store.put("film", text("0123456789"));
    const name = (await files()).find((it) => it !== "film~json") ?? "";

    await truncate(join(root, name), 5);
    const cut = store.get("film");
    await expect(cut).rejects.toMatchObject({ code: "OBJECT_DAMAGED" });
    await rm(join(root, name));
    const gone = store.get("film");
    await expect(gone).rejects.toThrow(/Store it again, or remove it/);

    expect(await store.remove("film")).toBe(true);
  });
});
