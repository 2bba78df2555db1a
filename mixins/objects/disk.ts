/** Writing files so that they are whole or absent, also after a power cut. */
import { createHash } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { ObjectTooLarge } from "./errors.ts";

/** Makes what was renamed or removed in a folder survive a power cut. */
export const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

/** Makes a folder and those above it, durably. */
export const makeFolder = async (path: string): Promise<void> => {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let at = path; at.length >= first.length; at = dirname(at)) await syncFolder(dirname(at));
};

/** What the body itself threw, to be told from a failure of the disk. */
export class BodyFailed extends Error {}

/** The chunks of a body; an early end does not destroy a Readable, which is the caller's. */
const chunksOf = (body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> =>
  body instanceof Readable ? body.iterator({ destroyOnReturn: false }) : body;

/**
 * Writes a new file and measures it on its way.
 *
 * @throws BodyFailed with what the body threw as its cause; ObjectTooLarge; errors of the disk
 */
export const writeMeasured = async (
  path: string,
  body: AsyncIterable<Uint8Array>,
  { key, maxBytes = Number.POSITIVE_INFINITY }: { key: string; maxBytes?: number | undefined },
): Promise<{ size: number; sha256: string }> => {
  const hash = createHash("sha256");
  let size = 0;
  async function* measured(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of chunksOf(body)) {
        const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
        size += bytes.byteLength;
        if (size > maxBytes) throw new ObjectTooLarge(key, maxBytes);
        hash.update(bytes);
        yield bytes;
      }
    } catch (cause) {
      if (cause instanceof ObjectTooLarge) throw cause;
      throw new BodyFailed("The body failed.", { cause });
    }
  }
  const file = await open(path, "wx", 0o640);
  try {
    await file.writeFile(measured());
    await file.sync();
  } finally {
    await file.close();
  }
  return { size, sha256: hash.digest("hex") };
};

/** Writes a small new file durably. */
export const writeText = async (path: string, text: string): Promise<void> => {
  const file = await open(path, "wx", 0o640);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
};
