/**
 * The files of an index: `<folder>/<name>-<generation>.sqlite`. One generation serves; a second may
 * be filling beside it. The newest file that is marked as serving is the one that serves, so a
 * swap is one small transaction in the new file, and what a crash left unfinished is thrown away.
 */
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { IndexDefinition, Removal, SearchDocument, SearchStats } from "../port.ts";
import { Generation } from "./generation.ts";
import { openIndexFile, readMeta, StaleIndex, writeMeta } from "./schema.ts";

export class Generations {
  readonly #folder: string;
  readonly #definition: IndexDefinition;
  #serving: Generation;
  #filling: Generation | undefined;
  #latest: number;

  /** Opens what serves, or an empty first generation; removes every other file of the index. */
  constructor(folder: string, definition: IndexDefinition) {
    this.#folder = folder;
    this.#definition = definition;
    mkdirSync(folder, { recursive: true });
    const numbers = this.#numbers();
    let serving: Generation | undefined;
    for (const number of numbers) {
      if (!serving) serving = this.#openServing(number);
      if (serving?.number !== number) this.#discard(number);
    }
    this.#serving = serving ?? this.#create((numbers[0] ?? 0) + 1, "empty");
    this.#latest = this.#serving.number;
  }

  get serving(): Generation {
    return this.#serving;
  }

  put(documents: readonly SearchDocument[]): void {
    // The one being filled first: should it fail, what serves has not moved on without it.
    this.#filling?.put(documents);
    this.#serving.put(documents);
  }

  remove(removals: readonly Removal[]): void {
    this.#filling?.writer.remove(removals);
    this.#serving.writer.remove(removals);
  }

  /** @returns the number of the generation that is now being filled; an earlier one is dropped */
  begin(): number {
    if (this.#filling) this.abandon(this.#filling.number);
    this.#latest += 1;
    this.#filling = this.#create(this.#latest, undefined);
    return this.#latest;
  }

  fill(number: number, documents: readonly SearchDocument[]): void {
    this.#rebuilt(number).put(documents);
  }

  commit(number: number): void {
    const next = this.#rebuilt(number);
    writeMeta(next.db, "serving", "filled");
    next.db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    const old = this.#serving;
    this.#serving = next;
    this.#filling = undefined;
    old.db.close();
    this.#discard(old.number);
  }

  abandon(number: number): void {
    if (this.#filling?.number !== number) return;
    this.#filling.db.close();
    this.#filling = undefined;
    this.#discard(number);
  }

  stats(): SearchStats {
    const { number, columns, db } = this.#serving;
    const path = this.#path(number);
    const sizes = [path, `${path}-wal`].map((file) => statSync(file, { throwIfNoEntry: false }));
    return {
      documents: columns.live.size,
      generation: number,
      filled: readMeta(db, "serving") === "filled",
      rebuilding: this.#filling !== undefined,
      bytes: sizes.reduce((sum, size) => sum + (size?.size ?? 0), 0),
    };
  }

  close(): void {
    if (this.#filling) this.abandon(this.#filling.number);
    this.#serving.db.close();
  }

  #rebuilt(number: number): Generation {
    if (this.#filling?.number === number) return this.#filling;
    throw new Error(`The rebuild ${number} is no longer open: start the rebuild again.`);
  }

  #path = (number: number): string =>
    join(this.#folder, `${this.#definition.name}-${String(number).padStart(6, "0")}.sqlite`);

  /** The generations on disk, the newest first. */
  #numbers(): number[] {
    const name = new RegExp(`^${this.#definition.name}-(\\d+)\\.sqlite$`);
    const numbers = readdirSync(this.#folder).map((file) => Number(name.exec(file)?.[1] ?? 0));
    return numbers.filter((number) => number > 0).sort((a, b) => b - a);
  }

  #openServing(number: number): Generation | undefined {
    let db: DatabaseSync;
    try {
      db = openIndexFile(this.#path(number), this.#definition);
    } catch (error) {
      // An index is made of what others keep: one that cannot be read is simply made again.
      if (error instanceof StaleIndex) return undefined;
      throw error;
    }
    if (readMeta(db, "serving") !== undefined) return new Generation(db, this.#definition, number);
    db.close();
    return undefined;
  }

  #create(number: number, serving: "empty" | undefined): Generation {
    this.#discard(number);
    const db = openIndexFile(this.#path(number), this.#definition);
    if (serving) writeMeta(db, "serving", serving);
    return new Generation(db, this.#definition, number);
  }

  #discard(number: number): void {
    const path = this.#path(number);
    for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
  }
}
