import { appendFileSync, closeSync, ftruncateSync, openSync } from "node:fs";
import { shownChars } from "./unreadable.ts";

/** A row that was not taken. */
export interface Reject {
  file: string;
  line: number;
  reason: string;
  /** The row as it was written, or its beginning where it is not readable. */
  row: unknown;
}

/**
 * The rejected rows as NDJSON. What a crash left beyond the last checkpoint is cut off when the
 * file is opened again, so that no row stands in it twice.
 */
export class RejectFile {
  readonly #file: number;
  #bytes: number;

  /** @param bytes how much of the file the checkpoint knows of */
  constructor(path: string, bytes: number) {
    this.#file = openSync(path, "a");
    ftruncateSync(this.#file, bytes);
    this.#bytes = bytes;
  }

  /** Length in bytes, to be kept with the checkpoint. */
  get bytes(): number {
    return this.#bytes;
  }

  add(rejects: readonly Reject[]): void {
    if (rejects.length === 0) return;
    const text = rejects.map((reject) => `${JSON.stringify(reject)}\n`).join("");
    appendFileSync(this.#file, text);
    this.#bytes += Buffer.byteLength(text);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** A row for the reject file: its fields where they were read, else its text, shortened. */
export const shownRow = (fields: unknown, text: string): unknown =>
  fields !== undefined && text.length <= 20_000 ? fields : text.slice(0, shownChars);
