import type { DatabaseSync } from "node:sqlite";
import type { IndexDefinition, SearchDocument } from "../port.ts";
import { Columns } from "./columns.ts";
import { Finder } from "./finder.ts";
import { FileLexicon } from "./lexicon.ts";
import { Writer } from "./writer.ts";

/** One open index file and what is kept in memory of it. */
export class Generation {
  readonly columns: Columns;
  readonly finder: Finder;
  readonly lexicon: FileLexicon;
  readonly writer: Writer;
  readonly number: number;
  readonly db: DatabaseSync;

  constructor(db: DatabaseSync, definition: IndexDefinition, number: number) {
    this.db = db;
    this.number = number;
    this.columns = new Columns(db, definition);
    this.finder = new Finder(db, definition);
    this.lexicon = new FileLexicon(db);
    this.writer = new Writer(db, definition, this.columns);
  }

  put(documents: readonly SearchDocument[]): void {
    this.writer.put(documents);
    this.lexicon.learn();
  }
}
