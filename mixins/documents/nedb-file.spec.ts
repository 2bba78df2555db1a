import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WriteFailed } from "./failures.ts";
import { Appender } from "./nedb-file.ts";

const folder = await mkdtemp(join(tmpdir(), "bijou-nedb-file-"));
const file = join(folder, "notes.db");
const { appendFile, truncate } = await handles();
afterEach(async () => {
  Object.assign(await handles(), { appendFile, truncate });
  await rm(file);
});
afterAll(() => rm(folder, { recursive: true }));

/** What all open files share. */
async function handles() {
  const handle = await open(file, "a");
  await handle.close();
  return Object.getPrototypeOf(handle);
}

/** From now on half of a write reaches the disk, and nothing can be cut. */
async function breakDisk(): Promise<void> {
  Object.assign(await handles(), {
    async appendFile(bytes: Uint8Array) {
      await appendFile.call(this, bytes.subarray(0, bytes.length / 2));
      throw new Error("EIO: i/o error, write");
    },
    truncate: () => Promise.reject(new Error("EIO: i/o error, ftruncate")),
  });
}
const mendDisk = async () => void Object.assign(await handles(), { appendFile, truncate });
const line = (id: string) => Buffer.from(`{"_id":"${id}"}\n`);
const refused = { type: WriteFailed.type };

test("appends nothing behind a torn write that could not be cut, until it is cut", async () => {
  const appender = await Appender.open(file);
  await appender.append(line("a"));

  await breakDisk();
  await expect(appender.append(line("b"))).rejects.toMatchObject(refused);
  Object.assign(await handles(), { appendFile });
  await expect(appender.append(line("c"))).rejects.toMatchObject(refused);
  await mendDisk();
  await appender.append(line("d"));
  await appender.close();

  expect(await readFile(file, "utf8")).toBe('{"_id":"a"}\n{"_id":"d"}\n');
});

test("cuts a torn write at the latest when the file is closed", async () => {
  const appender = await Appender.open(file);
  await breakDisk();
  await appender.append(line("a")).catch(() => undefined);
  await mendDisk();

  await appender.close();

  expect(await readFile(file, "utf8")).toBe("");
});
