/**
 * The file under a NeDB collection. NeDB's lines (documents, deletions) and one of ours: which
 * messages of a document were sent, so that clearing an outbox does not write the document again.
 */
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { linesOf } from "../lines.ts";
import type { Stored } from "./collection.ts";
import { WriteFailed } from "./failures.ts";
import type { Row } from "./nedb-internals.ts";
import { withoutSent } from "./nedb-rows.ts";

const newline = 0x0a;

/**
 * Cuts what stands behind the last newline: a write that a crash tore was never acknowledged.
 *
 * @returns how many bytes were cut
 */
export async function cutTornTail(file: string): Promise<number> {
  const handle = await open(file, "r+").catch(ifMissing);
  if (!handle) return 0;
  try {
    const { size } = await handle.stat();
    const block = Buffer.alloc(65_536);
    for (let end = size; end > 0; end -= block.length) {
      const start = Math.max(0, end - block.length);
      const { bytesRead } = await handle.read(block, 0, end - start, start);
      const last = block.subarray(0, bytesRead).lastIndexOf(newline);
      if (last < 0 && start > 0) continue;
      const keep = start + last + 1;
      if (keep < size) await handle.truncate(keep);
      return size - keep;
    }
    return 0;
  } finally {
    await handle.close();
  }
}

const ifMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== "ENOENT") throw error;
};

/** The documents that a file holds. @throws Error naming the first line that is damaged */
export async function readRows<D extends Stored>(file: string): Promise<Row<D>[]> {
  const rows = new Map<string, Row<D>>();
  let number = 0;
  for await (const line of linesOf(createReadStream(file))) {
    number++;
    if (line === "") continue;
    const entry = parsed<Entry<D>>(line, `${file}, line ${number}`);
    if ("$$sent" in entry) {
      for (const [id, messages] of entry.$$sent) {
        const row = rows.get(id);
        if (row) withoutSent(row, messages);
      }
    } else if ("$$deleted" in entry) rows.delete(entry._id);
    else if (entry._id) rows.set(entry._id, entry);
  }
  return [...rows.values()];
}

type Entry<D extends Stored> =
  | Row<D>
  | { $$sent: [string, string[]][] }
  | { _id: string; $$deleted: true };

function parsed<T>(line: string, where: string): T {
  try {
    return JSON.parse(line) as T;
  } catch {
    throw new Error(`${where} is corrupt; restore the file from a backup, or mend the line.`);
  }
}

/** Appends to a file; what the disk refuses is cut off again, before anything else is appended. */
export class Appender {
  readonly #handle: FileHandle;
  /** Of what was taken. */
  #size: number;
  /** Bytes of a refused write may stand behind it: a line would be glued to them. */
  #isTorn = false;

  private constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.#size = size;
  }

  static async open(file: string): Promise<Appender> {
    const handle = await open(file, "a");
    return new Appender(handle, (await handle.stat()).size);
  }

  /** @throws WriteFailed; nothing of the bytes is then in the file */
  async append(bytes: Uint8Array): Promise<void> {
    try {
      await this.#cut();
      this.#isTorn = true;
      await this.#handle.appendFile(bytes);
      this.#size += bytes.length;
      this.#isTorn = false;
    } catch (error) {
      await this.#cut().catch(() => undefined);
      throw WriteFailed({ reason: error instanceof Error ? error.message : String(error) });
    }
  }

  async close(): Promise<void> {
    await this.#cut().catch(() => undefined);
    await this.#handle.close();
  }

  async #cut(): Promise<void> {
    if (!this.#isTorn) return;
    await this.#handle.truncate(this.#size);
    this.#isTorn = false;
  }
}
