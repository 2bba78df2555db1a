/**
 * One index file: its tables and how it is opened. The FTS table keeps no text of its own; it
 * reads (and, on a delete, must be told) the *folded* text, which stands in the columns f0, f1, …
 * of `doc` in the order of the definition's fields.
 */
import { DatabaseSync } from "node:sqlite";
import type { IndexDefinition } from "../port.ts";

/** Raised when these tables change: an older file is then thrown away and filled anew. */
const format = 1;

export const fieldColumns = (definition: IndexDefinition): string[] =>
  definition.fields.map((_, i) => `f${i}`);

/** The file holds another definition, or is no index: it cannot be used. */
export class StaleIndex extends Error {}

/**
 * Opens a file, or makes it.
 *
 * @throws StaleIndex where the file was made for another definition or is damaged
 */
export function openIndexFile(path: string, definition: IndexDefinition): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 2000 });
  const signature = JSON.stringify([format, definition]);
  try {
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    db.exec("PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY");
    db.exec("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID");
    const made = readMeta(db, "definition");
    if (made === undefined) create(db, definition, signature);
    else if (made !== signature) throw new StaleIndex(`${path} was made for another definition`);
    return db;
  } catch (error) {
    db.close();
    if (isDamage(error)) throw new StaleIndex(`${path} is damaged`, { cause: error });
    throw error;
  }
}

function create(db: DatabaseSync, definition: IndexDefinition, signature: string): void {
  const columns = fieldColumns(definition);
  const names = columns.join(", ");
  db.exec(`BEGIN;
    CREATE TABLE doc (
      row INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      version INTEGER NOT NULL,
      live INTEGER NOT NULL,
      popularity REAL NOT NULL DEFAULT 0,
      facets TEXT NOT NULL DEFAULT '{}',
      sorts TEXT NOT NULL DEFAULT '{}',
      ${columns.map((name) => `${name} TEXT NOT NULL DEFAULT ''`).join(", ")},
      stored TEXT NOT NULL DEFAULT 'null',
      raw TEXT NOT NULL DEFAULT '{}'
    );
    CREATE VIRTUAL TABLE fts USING fts5 (
      ${names}, content = 'doc', content_rowid = 'row',
      tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
    );
    CREATE TABLE title (key TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (key, row))
      WITHOUT ROWID;
    CREATE TABLE word (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE, count INTEGER NOT NULL);
    `);
  writeMeta(db, "definition", signature);
  db.exec("COMMIT");
}

export function readMeta(db: DatabaseSync, key: string): string | undefined {
  const row = db.prepare("SELECT value FROM meta WHERE key = ?").get(key);
  return row === undefined ? undefined : String(row.value);
}

export function writeMeta(db: DatabaseSync, key: string, value: string): void {
  db.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)").run(key, value);
}

/** SQLITE_CORRUPT and SQLITE_NOTADB, or tables that a torn creation left out. */
function isDamage(error: unknown): boolean {
  if (!(error instanceof Error) || !("errcode" in error)) return false;
  const code = Number(error.errcode) & 0xff;
  return code === 11 || code === 26 || (code === 1 && /no such table/.test(error.message));
}
