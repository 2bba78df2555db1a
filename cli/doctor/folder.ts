/** DATA_DIR: may we write there, is there room, whose is it now, and which format has it? */
import { mkdtemp, rm, stat, statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
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
