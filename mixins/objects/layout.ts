/**
 * Where a key's files are below the root. Names hold a `~`, which keys cannot, so that no key can
 * collide with them:
 *
 *     films/1/poster.jpg~json        the sidecar: what is known, and which file has the bytes
 *     films/1/poster.jpg~0190…       the bytes
 *     ~work/                         uploads under way, and notes of what a crash would leave
 *
 * An object exists when its sidecar does: its rename is the one moment at which a put takes effect.
 */
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf, ObjectStoreError } from "./errors.ts";
import { segmentsOf } from "./key.ts";
import type { ObjectInfo } from "./port.ts";

export const sidecarMark = "~json";

export interface Sidecar extends ObjectInfo {
  /** The name of the file with the bytes, beside the sidecar. */
  readonly file: string;
}

export interface Place {
  readonly folder: string;
  readonly sidecar: string;
  /** The name, beside the sidecar, of the file with the bytes of this version. */
  file(id: string): string;
}

export const workFolder = (root: string): string => join(root, "~work");

/** @throws InvalidKey */
export const placeOf = (root: string, key: string): Place => {
  const path = join(root, ...segmentsOf(key));
  return {
    folder: dirname(path),
    sidecar: path + sidecarMark,
    file: (id) => `${basename(path)}~${id}`,
  };
};

export const isMissing = (error: unknown): boolean => ["ENOENT", "ENOTDIR"].includes(codeOf(error));

/** What is known of an object; nothing if there is none. */
export const readSidecar = async (path: string): Promise<Sidecar | undefined> => {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (error instanceof SyntaxError) throw damaged(path, "its description cannot be read");
    throw error;
  }
};

/** Somebody else wrote into the folder, or the disk lost something. */
export const damaged = (path: string, why: string): ObjectStoreError =>
  new ObjectStoreError(
    "OBJECT_DAMAGED",
    `The object at ${path} is damaged: ${why}. Store it again, or remove it.`,
  );

/** Without what only the driver needs to know. */
export const infoOf = ({ key, size, sha256, contentType, time }: Sidecar): ObjectInfo => ({
  key,
  size,
  sha256,
  contentType,
  time,
});
