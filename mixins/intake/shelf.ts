import { DatabaseSync, type StatementSync } from "node:sqlite";

/** Things kept on disk by their keys, for one run: what a rehearsal makes without making it. */
export class Shelf<T extends { id: string; keys: readonly string[] }> {
  readonly #database: DatabaseSync;
  readonly #put: StatementSync;
  readonly #key: StatementSync;
  readonly #having: StatementSync;

  /** @param path a file of its own, which does not exist yet */
  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(`
      PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF;
      CREATE TABLE things (id TEXT PRIMARY KEY, thing TEXT) WITHOUT ROWID;
      CREATE TABLE keys (key TEXT, id TEXT, PRIMARY KEY (key, id)) WITHOUT ROWID;
      BEGIN;
    `);
    this.#put = this.#database.prepare("INSERT OR REPLACE INTO things VALUES (?, ?)");
    this.#key = this.#database.prepare("INSERT OR IGNORE INTO keys VALUES (?, ?)");
    this.#having = this.#database.prepare(
      "SELECT thing FROM keys JOIN things USING (id) WHERE key = ?",
    );
  }

  put(thing: T): void {
    this.#put.run(thing.id, JSON.stringify(thing));
    for (const key of thing.keys) this.#key.run(key, thing.id);
  }

  /** Those that have any of the keys, each once. */
  having(keys: readonly string[]): T[] {
    const found = new Map<string, T>();
    for (const key of keys) {
      for (const row of this.#having.all(key)) {
        const thing = JSON.parse(String(row.thing)) as T;
        found.set(thing.id, thing);
      }
    }
    return [...found.values()];
  }

  close(): void {
    this.#database.close();
  }
}
