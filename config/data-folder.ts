/**
 * The folder under which the house keeps everything: held by one process at a time, and of a format
 * that this version knows. A process that is killed lets go of it by itself.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";

/** The format that this version writes. */
export const dataFormat = 1;

/** From a format to the next, in place; each may be run again after a crash. */
export type Migrations = Readonly<Record<number, (folder: string) => void>>;

/** Folders from before the number was written hold nothing that changed since. */
const migrations: Migrations = { 0: () => undefined };

/** What a person can mend; the message says how. */
export class DataFolderError extends Error {
  override readonly name = "DataFolderError";
}

const Format = z.object({ format: z.int().min(0) });

/**
 * Makes, migrates and holds the folder.
 *
 * @returns lets go of it
 * @throws DataFolderError when it is held, of a newer format, or cannot be written
 */
export function holdDataFolder(
  folder: string,
  format: number = dataFormat,
  steps: Migrations = migrations,
): () => void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const release = lock(folder);
    migrate(folder, format, steps);
    return release;
  } catch (error) {
    if (error instanceof DataFolderError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataFolderError(
      `DATA_DIR ${folder} cannot be used: ${reason}. ` +
        "Make it a folder that this user can write, with free space, or set another DATA_DIR.",
    );
  }
}

/** SQLite's file lock goes with the process; a pid in a file may be another's after a restart. */
function lock(folder: string): () => void {
  const db = new DatabaseSync(join(folder, "lock.sqlite"));
  const pidFile = join(folder, "pid");
  try {
    db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;");
  } catch (error) {
    db.close();
    if (!/locked|busy/i.test(String(error))) throw error;
    const pid = existsSync(pidFile) ? readFileSync(pidFile, "utf8").trim() : "unknown";
    throw new DataFolderError(
      `DATA_DIR ${folder} is in use by the process ${pid}. ` +
        `Set another DATA_DIR for this one; or stop that one (kill ${pid}).`,
    );
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return () => db.close();
}

function migrate(folder: string, format: number, steps: Migrations): void {
  for (let found = formatOf(folder, format); found < format; found++) {
    const step = steps[found];
    if (!step) throw new DataFolderError(`There is no way from data format ${found} to ${format}.`);
    step(folder);
    writeFormat(folder, found + 1);
  }
}

/** The format found; a new folder has the newest. */
function formatOf(folder: string, newest: number): number {
  const file = join(folder, "format.json");
  if (!existsSync(file)) {
    const isNew = readdirSync(folder).every((name) => name.startsWith("lock.") || name === "pid");
    if (isNew) writeFormat(folder, newest);
    return isNew ? newest : 0;
  }
  const { format } = Format.parse(JSON.parse(readFileSync(file, "utf8")));
  if (format > newest) {
    throw new DataFolderError(
      `DATA_DIR ${folder} was written by a newer Bijou (data format ${format}, this one knows ` +
        `${newest}). Start that version, or set another DATA_DIR.`,
    );
  }
  return format;
}

function writeFormat(folder: string, format: number): void {
  const file = join(folder, "format.json");
  writeFileSync(`${file}~`, `${JSON.stringify({ format })}\n`);
  renameSync(`${file}~`, file);
}
