/** Writing files so that they are whole or absent, also after a power cut. */
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { measured } from "./measured.ts";

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

/**
 * Writes a new file and measures it on its way.
 *
 * @throws BodyFailed with what the body threw as its cause; ObjectTooLarge; errors of the disk
 */
export const writeMeasured = async (
  path: string,
  body: AsyncIterable<Uint8Array>,
  { key, maxBytes }: { key: string; maxBytes?: number | undefined },
): Promise<{ size: number; sha256: string }> => {
  const { chunks, result } = measured(body, key, maxBytes);
  const file = await open(path, "wx", 0o640);
  try {
    await file.writeFile(chunks);
    await file.sync();
  } finally {
    await file.close();
  }
  return result();
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
