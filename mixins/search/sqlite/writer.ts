/**
 * Puts documents into an index file and takes them out. A batch is one transaction: what memory
 * holds (`Columns`) follows after the commit. A removed document leaves its id and version behind,
 * so that a late message does not bring it back.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { fold, titleKey, withoutArticle } from "../../../services/shared/text.ts";
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
  readonly #add: StatementSync;
  readonly #change: StatementSync;
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
    const rest = `version, live, popularity, facets, sorts, stored, raw, ${list}`;
    const restBlanks = `?, ?, ?, ?, ?, ?, ?, ${blanks}`;
    this.#find = db.prepare(`SELECT row, version, live, ${list} FROM doc WHERE id = ?`);
    // No upsert: a statement that may be undone in part makes FTS5 write out all it has gathered.
    this.#add = db.prepare(`INSERT INTO doc (id, ${rest}) VALUES (?, ${restBlanks})`);
    this.#change = db.prepare(`UPDATE doc SET (${rest}) = (${restBlanks}) WHERE row = ?`);
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

  put(documents: readonly SearchDocument[]): void {
    this.#transact((changes, counts) => {
      for (const document of documents) this.#put(document, changes, counts);
    });
  }

  remove(removals: readonly Removal[]): void {
    this.#transact((changes, counts) => {
      for (const { id, version } of removals) {
        const old = this.#indexed(id);
        if (old && old.version > version) continue;
        if (old) this.#takeOut(old, counts);
        const blank = this.#definition.fields.map(() => "");
        this.#save(old, id, [version, 0, 0, "{}", "{}", "null", "{}", ...blank]);
        changes.push(() => old && this.#columns.delete(old.row));
      }
    });
  }

  #transact(work: (changes: (() => void)[], counts: Map<string, number>) => void): void {
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
  }

  #put(document: SearchDocument, changes: (() => void)[], counts: Map<string, number>): void {
    const { id, version, popularity, facets, sorts } = document;
    const old = this.#indexed(id);
    // What was removed at a version stays removed at that version.
    if (old && (old.version > version || (old.version === version && !old.live))) return;
    if (old) this.#takeOut(old, counts);

    const texts = this.#definition.fields.map(({ name, role }) =>
      (document.fields[name] ?? []).map(role === "title" ? titleKey : fold).join(textBreak),
    );
    const json = [facets, sorts, document.stored ?? null, document.fields];
    const values = [version, 1, popularity, ...json.map((part) => JSON.stringify(part)), ...texts];
    const row = this.#save(old, id, values);
    this.#index.run(row, ...texts);
    for (const key of this.#titles(texts)) this.#addTitle.run(key, row);
    for (const word of this.#words(texts)) counts.set(word, (counts.get(word) ?? 0) + 1);
    changes.push(() => this.#columns.set({ row, id, popularity, facets, sorts }));
  }

  #save(old: Indexed | undefined, id: string, values: (string | number)[]): number {
    if (!old) return Number(this.#add.run(id, ...values).lastInsertRowid);
    this.#change.run(...values, old.row);
    return old.row;
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
    const { row, version, live } = found;
    return { row: Number(row), version: Number(version), live: live === 1, texts };
  }

  /** What a title may be found by when it is typed from its start. */
  #titles(texts: readonly string[]): string[] {
    const at = this.#definition.fields.findIndex(({ role }) => role === "title");
    const keys = (texts[at] ?? "").split(textBreak).filter((key) => key !== "");
    return [...keys, ...keys.map(withoutArticle)];
  }

  /** The words of titles and names, each once. */
  #words(texts: readonly string[]): Set<string> {
    const named = texts.filter((_, i) => this.#definition.fields[i]?.role !== "text");
    return new Set(named.flatMap((text) => text.split(/[ \n]/)).filter((word) => word !== ""));
  }
}
