/**
 * Puts documents into an index file and takes them out. A batch is one transaction: what memory
 * holds (`Columns`) follows after the commit. A removed document leaves its id and version behind,
 * so that a late message does not bring it back.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { fold, titleKey } from "../../../services/shared/text.ts";
import type { IndexDefinition, Removal, SearchDocument } from "../port.ts";
import type { Columns } from "./columns.ts";
import { fieldColumns } from "./schema.ts";

/** Parts the texts of one field; no folded text holds it. */
export const textBreak = "\n";

interface Indexed {
  row: number;
  version: number;
  live: boolean;
  /** The folded texts, by field. */
  texts: string[];
}

export class Writer {
  readonly #db: DatabaseSync;
  readonly #definition: IndexDefinition;
  readonly #columns: Columns;
  readonly #find: StatementSync;
  readonly #write: StatementSync;
  readonly #bury: StatementSync;
  readonly #index: StatementSync;
  readonly #unindex: StatementSync;
  readonly #addTitle: StatementSync;
  readonly #dropTitle: StatementSync;
  readonly #countWord: StatementSync;

  constructor(db: DatabaseSync, definition: IndexDefinition, columns: Columns) {
    this.#db = db;
    this.#definition = definition;
    this.#columns = columns;
    const fields = fieldColumns(definition);
    const list = fields.join(", ");
    const blanks = fields.map(() => "?").join(", ");
    const all = `id, version, live, popularity, facets, sorts, ${list}, stored, raw`;
    const updates = all.split(", ").map((name) => `${name} = excluded.${name}`);
    this.#find = db.prepare(`SELECT row, version, live, ${list} FROM doc WHERE id = ?`);
    this.#write = db.prepare(
      `INSERT INTO doc (${all}) VALUES (?, ?, 1, ?, ?, ?, ${blanks}, ?, ?)
       ON CONFLICT (id) DO UPDATE SET ${updates.join(", ")} RETURNING row`,
    );
    this.#bury = db.prepare(
      `INSERT INTO doc (id, version, live) VALUES (?, ?, 0) ON CONFLICT (id) DO UPDATE SET
       version = excluded.version, live = 0, facets = '{}', sorts = '{}', stored = 'null',
       raw = '{}', ${fields.map((name) => `${name} = ''`).join(", ")}`,
    );
    this.#index = db.prepare(`INSERT INTO fts (rowid, ${list}) VALUES (?, ${blanks})`);
    this.#unindex = db.prepare(
      `INSERT INTO fts (fts, rowid, ${list}) VALUES ('delete', ?, ${blanks})`,
    );
    this.#addTitle = db.prepare("INSERT OR IGNORE INTO title VALUES (?, ?)");
    this.#dropTitle = db.prepare("DELETE FROM title WHERE key = ? AND row = ?");
    this.#countWord = db.prepare(
      `INSERT INTO word (word, count) VALUES (?1, ?2)
       ON CONFLICT (word) DO UPDATE SET count = max(0, count + ?2)`,
    );
  }

  /** @returns how many documents were newer than what was there */
  put(documents: readonly SearchDocument[]): number {
    return this.#transact((changes, counts) => {
      for (const document of documents) this.#put(document, changes, counts);
    });
  }

  remove(removals: readonly Removal[]): number {
    return this.#transact((changes, counts) => {
      for (const { id, version } of removals) {
        const old = this.#indexed(id);
        if (old && old.version > version) continue;
        if (old) this.#takeOut(old, counts);
        this.#bury.run(id, version);
        changes.push(() => old && this.#columns.delete(old.row));
      }
    });
  }

  #transact(work: (changes: (() => void)[], counts: Map<string, number>) => void): number {
    const changes: (() => void)[] = [];
    const counts = new Map<string, number>();
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      work(changes, counts);
      for (const [word, difference] of counts) {
        if (difference !== 0) this.#countWord.run(word, difference);
      }
      this.#db.exec("COMMIT");
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
    for (const change of changes) change();
    return changes.length;
  }

  #put(document: SearchDocument, changes: (() => void)[], counts: Map<string, number>): void {
    const { id, version, popularity, facets, sorts } = document;
    const old = this.#indexed(id);
    if (old && old.version > version) return;
    if (old) this.#takeOut(old, counts);

    const texts = this.#definition.fields.map(({ name, role }) =>
      (document.fields[name] ?? []).map(role === "title" ? titleKey : fold).join(textBreak),
    );
    const json = [facets, sorts].map((value) => JSON.stringify(value));
    const [stored, raw] = [
      JSON.stringify(document.stored ?? null),
      JSON.stringify(document.fields),
    ];
    const row = Number(
      this.#write.get(id, version, popularity, ...json, ...texts, stored, raw)?.row,
    );
    this.#index.run(row, ...texts);
    for (const key of this.#titles(texts)) this.#addTitle.run(key, row);
    for (const word of this.#words(texts)) counts.set(word, (counts.get(word) ?? 0) + 1);
    changes.push(() => this.#columns.set({ row, id, popularity, facets, sorts }));
  }

  /** Takes a document's words out of the index, by the folded text that put them there. */
  #takeOut(old: Indexed, counts: Map<string, number>): void {
    if (!old.live) return;
    this.#unindex.run(old.row, ...old.texts);
    for (const key of this.#titles(old.texts)) this.#dropTitle.run(key, old.row);
    for (const word of this.#words(old.texts)) counts.set(word, (counts.get(word) ?? 0) - 1);
  }

  #indexed(id: string): Indexed | undefined {
    const found = this.#find.get(id);
    if (!found) return undefined;
    const texts = fieldColumns(this.#definition).map((name) => String(found[name]));
    return {
      row: Number(found.row),
      version: Number(found.version),
      live: found.live === 1,
      texts,
    };
  }

  #titles(texts: readonly string[]): string[] {
    const at = this.#definition.fields.findIndex(({ role }) => role === "title");
    return (texts[at] ?? "").split(textBreak).filter((key) => key !== "");
  }

  /** The words of titles and names, each once. */
  #words(texts: readonly string[]): Set<string> {
    const named = texts.filter((_, i) => this.#definition.fields[i]?.role !== "text");
    return new Set(named.flatMap((text) => text.split(/[ \n]/)).filter((word) => word !== ""));
  }
}
