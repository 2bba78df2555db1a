/** The file under a NeDB collection: its torn tail is cut at start, a refused append is undone. */
import { appendFile, open, stat, truncate } from "node:fs/promises";
import { WriteFailed } from "./failures.ts";

const newline = 0x0a;

/**
 * Cuts what stands behind the last newline: a write that a crash tore was never acknowledged.
 *
 * @returns how many bytes were cut
 */
export async function cutTornTail(file: string): Promise<number> {
  const size = await sizeOf(file);
  if (size === 0) return 0;
  const handle = await open(file, "r+");
  try {
    const block = Buffer.alloc(65_536);
    let end = size;
    while (end > 0) {
      const start = Math.max(0, end - block.length);
      const { bytesRead } = await handle.read(block, 0, end - start, start);
      const last = block.subarray(0, bytesRead).lastIndexOf(newline);
      if (last >= 0 || start === 0) {
        const keep = start + last + 1;
        if (keep < size) await handle.truncate(keep);
        return size - keep;
      }
      end = start;
    }
    return 0;
  } finally {
    await handle.close();
  }
}

/** Appends; when the disk refuses, the file is again as long as it was. @throws WriteFailed */
export async function appendOrUndo(file: string, text: string): Promise<void> {
  const size = await sizeOf(file);
  try {
    await appendFile(file, text);
  } catch (error) {
    await truncate(file, size).catch(() => undefined);
    throw WriteFailed({ reason: reasonOf(error) });
  }
}

const sizeOf = async (file: string): Promise<number> =>
  (await stat(file).catch(() => ({ size: 0 }))).size;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : `${error}`);
