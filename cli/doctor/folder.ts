/** DATA_DIR: may we write there, is there room, whose is it now, and which format has it? */
import { mkdtemp, readFile, rm, stat, statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { dataFormat } from "../../config/data-folder.ts";
import { bytes } from "../progress.ts";
import { type Check, fail, ok, warn } from "./check.ts";

const roomToRun = 100e6;
const roomToImport = 2e9;

/** The folder, or the nearest one above it that is there. */
async function nearest(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  return found || folder === dirname(folder) ? folder : nearest(dirname(folder));
}

export async function checkWritable(folder: string): Promise<Check> {
  const name = "data";
  const at = await nearest(folder);
  const next = "Change its owner or permissions, or set DATA_DIR to a folder of yours";
  if (!(await stat(at)).isDirectory()) return fail(name, `${at} is not a folder`, next);
  try {
    const probe = await mkdtemp(join(at, ".bijou-doctor-"));
    try {
      await writeFile(join(probe, "probe"), "probe", { flush: true });
    } finally {
      await rm(probe, { recursive: true, force: true });
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail(name, `${at} cannot be written: ${why}`, next);
  }
  return ok(
    name,
    at === folder ? `${folder} can be written` : `${folder} will be made at first start`,
  );
}

/** @param free bytes free, as the file system says */
export function roomFor(free: number): Check {
  const name = "disk";
  const next = "Free space, or set DATA_DIR to a larger disk";
  if (free < roomToRun) return fail(name, `${bytes(free)} free: the house cannot run`, next);
  if (free < roomToImport)
    return warn(name, `${bytes(free)} free: too little for large imports`, next);
  return ok(name, `${bytes(free)} free`);
}

export async function checkRoom(folder: string): Promise<Check> {
  const { bavail, bsize } = await statfs(await nearest(folder));
  return roomFor(bavail * bsize);
}

/** Whether a house holds the folder now: its lock goes with its process, the pid is for people. */
export async function checkHolder(folder: string): Promise<Check> {
  const name = "holder";
  const lock = join(folder, "lock.sqlite");
  if (!(await stat(lock).catch(() => undefined))) return ok(name, "no house holds the data");
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(lock, { readOnly: true });
  try {
    database.prepare("SELECT count(*) FROM sqlite_master").get();
    return ok(name, "no house holds the data");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (!/locked|busy/i.test(why)) {
      return fail(name, `${lock} cannot be read: ${why}`, `Stop the house, then: rm ${lock}`);
    }
    const pid = await readFile(join(folder, "pid"), "utf8").catch(() => "unknown");
    return ok(name, `the process ${pid.trim()} holds the data: a second house needs its own`);
  } finally {
    database.close();
  }
}

/** @param text of `format.json`; undefined where there is none */
export function formatFor(text: string | undefined): Check {
  const name = "format";
  if (text === undefined) return ok(name, `data format ${dataFormat}, from the first start on`);
  const found = Number(/"format":\s*(\d+)/.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(found)) {
    return fail(name, "format.json holds no format", "Restore DATA_DIR from a backup");
  }
  if (found > dataFormat) {
    const next = "Start the newer version, or set another DATA_DIR";
    return fail(name, `written by a newer Bijou: format ${found}, not ${dataFormat}`, next);
  }
  if (found === dataFormat) return ok(name, `data format ${found}`);
  const next = "Make a backup of DATA_DIR before the next start";
  return warn(name, `data format ${found} becomes ${dataFormat} at the next start`, next);
}

export const checkFormat = async (folder: string): Promise<Check> =>
  formatFor(await readFile(join(folder, "format.json"), "utf8").catch(() => undefined));
