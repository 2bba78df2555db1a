/** The lines of one run of a node: numbered from 1, each holding the one before. */
import { newId } from "../../services/shared/ids.ts";
import type { Head } from "../chain.ts";
import type { ObjectStore } from "../objects/port.ts";
import { type Line, sealed } from "./line.ts";
import { putLine } from "./objects.ts";
import { pack } from "./packing.ts";

export type Heads = readonly (readonly [string, Head])[];

/** So many lines are packed into one object. */
const together = 500;

export class Writer {
  readonly name = newId();
  readonly #objects: ObjectStore;
  readonly #key: string;
  #last = { number: 0, mac: "" };
  #packed = 0;
  /** Whether it is stored is not known: it is put until it is, and never another of its number. */
  #decided: { line: Line & { writer: string; number: number }; heads: Heads } | undefined;

  constructor(objects: ObjectStore, key: string) {
    this.#objects = objects;
    this.#key = key;
  }

  /** Of the last line that is stored; 0 where there is none. */
  get number(): number {
    return this.#last.number;
  }

  /**
   * Stores the next line. Where that fails, it is to be finished before there is another.
   *
   * @param after lines of others that the first one names
   * @throws ObjectStoreError
   */
  async write(at: string, heads: Heads, after: Record<string, number>): Promise<void> {
    const { number: last, mac: before } = this.#last;
    const place = { writer: this.name, number: last + 1 };
    const named = last === 0 ? { after } : {};
    const content = { ...place, before, at, heads: Object.fromEntries(heads), ...named };
    this.#decided = { line: { ...sealed(content, this.#key), ...place }, heads };
    await this.finish();
  }

  /** Stores what may not be stored yet. @returns the ends in it @throws ObjectStoreError */
  async finish(): Promise<Heads> {
    if (!this.#decided) return [];
    const { line, heads } = this.#decided;
    await putLine(this.#objects, line);
    this.#decided = undefined;
    this.#last = line;
    return heads;
  }

  /** From time to time. @throws ObjectStoreError; the signal's reason */
  async tidy(signal: AbortSignal): Promise<void> {
    const { number } = this.#last;
    if (number < this.#packed + together) return;
    await pack(this.#objects, this.name, signal);
    this.#packed = number;
  }
}
