import { DatabaseSync, type StatementSync } from "node:sqlite";

/**
 * Remembers on disk what earlier rows of a run held, so that memory does not grow with their
 * number. Opened again at a checkpoint it forgets what came after it.
 */
export class Seen {
  readonly #database: DatabaseSync;
  readonly #add: StatementSync;
  readonly #first: StatementSync;

  /** @param until ordinal of the last row that the checkpoint covers */
  constructor(path: string, until: number) {
    this.#database = new DatabaseSync(path);
    // Only a crash of the process must be survived, not one of the machine: no waiting for disks.
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = OFF;
      CREATE TABLE IF NOT EXISTS seen (mark INTEGER PRIMARY KEY, row INTEGER NOT NULL);
    `);
    this.#database.prepare("DELETE FROM seen WHERE row > ?").run(until);
    this.#add = this.#database.prepare("INSERT OR IGNORE INTO seen VALUES (?, ?)");
    this.#first = this.#database.prepare("SELECT row FROM seen WHERE mark = ?");
    this.#database.exec("BEGIN");
  }

  /** Whether an earlier row had this mark; 48 bits of a hash, in hex. */
  had(mark: string, row: number): boolean {
    const number = Number.parseInt(mark.slice(0, 12), 16);
    if (this.#add.run(number, row).changes === 1) return false;
    return this.#first.get(number)?.row !== row;
  }

  /** Writes what was added since. */
  commit(): void {
    this.#database.exec("COMMIT; BEGIN");
  }

  close(): void {
    this.#database.exec("COMMIT");
    this.#database.close();
  }
}
