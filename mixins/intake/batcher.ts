/**
 * Turns rows into batches: has each understood, writes down what is rejected, and hands over when
 * there is enough. Everything about a row goes with the batch that covers it, so that a run that
 * is broken off and gone on with counts the same as one that is not.
 */
import { join } from "node:path";
import type { Fields, Row } from "./parse.ts";
import { type Reject, RejectFile, shownRow } from "./reject-file.ts";
import { Seen } from "./seen.ts";
import { Unreadable } from "./unreadable.ts";

/** A row that was understood. */
export interface Good {
  /** About its length in characters, for the size of batches. */
  chars: number;
  /** Digests (hex) of what no other row should have. */
  marks: readonly string[];
}

export interface Lot<T extends Good> {
  rows: T[];
  /** Ordinal of the last row covered. */
  position: number;
  rejected: number;
  /** Length of the reject file. */
  rejectBytes: number;
  /** Rows that repeat a mark of an earlier one. */
  duplicates: number;
}

export interface BatcherOptions<T extends Good> {
  /** For the reject file and for what earlier rows had. */
  folder: string;
  /** The checkpoint: ordinal of the last row covered, and the length of the reject file. */
  position: number;
  rejectBytes: number;
  /** Whether a row was good before: then the files are what they should be. */
  accepted: boolean;
  maxRows: number;
  maxChars: number;
  /** The row, or why it is rejected. */
  understand(fields: Fields, ordinal: number): T | string;
  send(lot: Lot<T>): Promise<void>;
}

/** After so many rows without a good one the file is not what it should be. */
const patience = 25;

export class Batcher<T extends Good> {
  readonly #options: BatcherOptions<T>;
  readonly #file: RejectFile;
  readonly #seen: Seen;
  #position: number;
  #accepted: boolean;
  #rows: T[] = [];
  #chars = 0;
  #duplicates = 0;
  #rejects: Reject[] = [];
  #rejected = 0;
  #refused = 0;

  constructor(options: BatcherOptions<T>) {
    this.#options = options;
    this.#position = options.position;
    this.#accepted = options.accepted;
    this.#file = new RejectFile(join(options.folder, "rejects.ndjson"), options.rejectBytes);
    this.#seen = new Seen(join(options.folder, "seen.sqlite"), options.position);
  }

  /** @throws Unreadable when none of the first rows can be understood */
  async take(file: string, rows: readonly Row[]): Promise<void> {
    const { maxRows, maxChars } = this.#options;
    for (const row of rows) {
      this.#position++;
      this.#one(file, row);
      const full = this.#rows.length >= maxRows || this.#chars >= maxChars;
      if (full || this.#rejected >= maxRows) await this.#flush();
    }
  }

  /** Rejects a row that is none of those taken: one of a file that was joined to them. */
  reject(file: string, { line, text, fields }: Row, reason: string): void {
    this.#rejects.push({ file, line, reason, row: shownRow(fields, text) });
    this.#rejected++;
    if (this.#rejects.length >= 500) this.#write();
  }

  /** Hands over the rest. */
  async end(): Promise<void> {
    if (!this.#accepted && this.#refused > 0) this.#giveUp();
    await this.#flush();
  }

  close(): void {
    this.#file.close();
    this.#seen.close();
  }

  #one(file: string, row: Row): void {
    const { fields, fault = "it cannot be read" } = row;
    const good = fields ? this.#options.understand(fields, this.#position) : fault;
    if (typeof good === "string") {
      this.reject(file, row, good);
      this.#refused++;
      if (!this.#accepted && this.#refused >= patience) this.#giveUp();
      return;
    }
    this.#accepted = true;
    this.#rows.push(good);
    this.#chars += good.chars;
    const had = good.marks.filter((mark) => this.#seen.had(mark, this.#position));
    if (had.length > 0) this.#duplicates++;
  }

  #giveUp(): never {
    const [first] = this.#rejects;
    throw new Unreadable(
      `${first?.file}: none of its first ${this.#refused} rows can be taken. Line ${first?.line}: ` +
        `${first?.reason}. Check that it is a file of this source.`,
    );
  }

  #write(): void {
    this.#file.add(this.#rejects);
    this.#rejects = [];
  }

  async #flush(): Promise<void> {
    if (this.#rows.length + this.#rejected === 0) return;
    this.#write();
    this.#seen.commit();
    const lot = {
      rows: this.#rows,
      position: this.#position,
      rejected: this.#rejected,
      rejectBytes: this.#file.bytes,
      duplicates: this.#duplicates,
    };
    this.#rows = [];
    this.#chars = 0;
    this.#rejected = 0;
    this.#duplicates = 0;
    await this.#options.send(lot);
  }
}
