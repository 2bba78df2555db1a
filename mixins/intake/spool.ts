/** Brings the files of a run into the objects' store. */
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ObjectStore } from "../objects/port.ts";
import { type Download, download } from "./download.ts";
import { named, type SpooledFile } from "./files.ts";

/** A file as it was asked for: in the store, or at an address. */
export interface NamedFile {
  name: string;
  object?: string | undefined;
  url?: string | undefined;
}

export interface SpoolOptions extends Omit<Download, "url" | "path"> {
  /** For what has come in part. */
  folder: string;
  /** Under this key the fetched files are put. */
  prefix: string;
}

/**
 * All files in the store: what lies at addresses is fetched into it, once.
 *
 * @param kept is told where a fetched file was put, before anybody reads it
 * @throws Unreadable, naming the file
 */
export async function spool(
  objects: ObjectStore,
  files: readonly NamedFile[],
  { folder, prefix, ...task }: SpoolOptions,
  kept: (index: number, object: string) => Promise<unknown>,
): Promise<SpooledFile[]> {
  const spooled: SpooledFile[] = [];
  for (const [index, { name, object, url }] of files.entries()) {
    const file = { name, object: object ?? `${prefix}/files/${index}` };
    if (!object && url) {
      await fetchInto(objects, file, { ...task, url, path: join(folder, `file-${index}.part`) });
      await kept(index, file.object);
    }
    spooled.push(file);
  }
  return spooled;
}

async function fetchInto(
  objects: ObjectStore,
  { name, object }: SpooledFile,
  task: Download,
): Promise<void> {
  try {
    await download(task);
    await objects.put(object, createReadStream(task.path));
    for (const path of [task.path, `${task.path}.etag`]) await rm(path, { force: true });
  } catch (error) {
    throw named(`${name} (${task.url})`, error);
  }
}
