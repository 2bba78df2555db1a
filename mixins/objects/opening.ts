/** Opening the bytes of an object in a folder. */
import { open } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { ObjectNotFound } from "./errors.ts";
import { damaged, infoOf, isMissing, placeOf, readSidecar, type Sidecar } from "./layout.ts";
import type { ByteRange, Found } from "./port.ts";
import { resolveRange } from "./range.ts";

/** @throws InvalidKey, ObjectNotFound */
export async function mustBeThere(root: string, key: string): Promise<Sidecar> {
  const known = await readSidecar(placeOf(root, key).sidecar);
  if (!known) throw new ObjectNotFound(key);
  return known;
}

/**
 * The bytes of an object; undefined where it was replaced since it was looked up.
 *
 * @throws InvalidKey, ObjectNotFound, InvalidRange, OBJECT_DAMAGED
 */
export async function openBytes(
  root: string,
  key: string,
  range: ByteRange,
): Promise<Found | undefined> {
  const about = await mustBeThere(root, key);
  const info = infoOf(about);
  const { start, end } = resolveRange(range, info.size);
  const path = join(placeOf(root, key).folder, about.file);
  const bytes = await open(path, "r").catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (!bytes) return undefined;
  const { size } = await bytes.stat();
  if (size === info.size && size > 0) {
    return { info, start, end, stream: bytes.createReadStream({ start, end }) };
  }
  await bytes.close();
  if (size !== info.size) throw damaged(path, `it has ${size} bytes instead of ${info.size}`);
  return { info, start, end, stream: Readable.from([]) };
}
