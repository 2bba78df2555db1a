/**
 * Joins files that belong together (rows about one thing in several tables) by way of a temporary
 * database, so that memory does not grow with them. What is joined how is a value.
 */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { Fields, Row } from "./parse.ts";
import { Unreadable } from "./unreadable.ts";

/** One kind of file, told by its header. */
export interface StagedTable<Options> {
  /** All of these must be in the header. */
  columns: readonly string[];
  /** The main one: without a file of this kind there is nothing to do. */
  required?: boolean;
  /** SQL that makes its table, run before the first row of any file. */
  create: string;
  /** SQL run before its own first row: indexes over what came earlier. */
  before?: string;
  /** SQL of one row. */
  insert: string;
  /** What `insert` takes of a row; nothing for a row that is left out; a fault as a string. */
  values(fields: Fields, options: Options, line: number): SQLInputValue[] | string | undefined;
}

export interface Staged<Options> {
  /** By name, in the order in which they are read. */
  tables: Readonly<Record<string, StagedTable<Options>>>;
  /** SQL run after the last file. */
  after?: string;
  /** SQL of the joined rows, in an order that does not change; `line` is the row's number. */
  rows: string;
  /** SQL of one number: references to what is not there. */
  orphans: string;
}

const groupSize = 500;

export class Staging<Options> {
  readonly #plan: Staged<Options>;
  readonly #database: DatabaseSync;

  /** @param path a file of its own, which does not exist yet */
  constructor(plan: Staged<Options>, path: string) {
    this.#plan = plan;
    this.#database = new DatabaseSync(path);
    this.#database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;");
    for (const table of Object.values(plan.tables)) this.#database.exec(table.create);
  }

  /** The kind of file that a header belongs to. @throws Unreadable when there is none */
  kindOf(header: readonly string[]): string {
    const kinds = Object.entries(this.#plan.tables);
    const kind = kinds.find(([, { columns }]) => columns.every((name) => header.includes(name)));
    if (kind) return kind[0];
    const known = kinds.map(([name, { columns }]) => `${name} (${columns.join(", ")})`).join("; ");
    throw new Unreadable(
      `its header "${header.join(", ").slice(0, 200)}" is none of those known: ${known}.`,
    );
  }

  isMain(kind: string): boolean {
    return this.#plan.tables[kind]?.required === true;
  }

  /** The kinds in their order of reading, without those that may be missing and are. */
  order(given: ReadonlySet<string>): string[] {
    const kinds = Object.entries(this.#plan.tables);
    const missing = kinds.find(([name, { required }]) => required && !given.has(name));
    if (missing) {
      throw new Unreadable(
        `the file of ${missing[0]} is missing (its header: ${missing[1].columns.join(", ")}). ` +
          "Send it together with the others.",
      );
    }
    return kinds.map(([name]) => name).filter((name) => given.has(name));
  }

  /** Takes the rows of one file. @param reject is given those that could not be taken */
  async take(
    kind: string,
    groups: AsyncIterable<Row[]>,
    options: Options,
    reject: (row: Row) => void,
  ): Promise<void> {
    const table = this.#plan.tables[kind];
    if (!table) throw new Error(`There is no table ${kind}.`);
    this.#database.exec(table.before ?? "");
    const insert = this.#database.prepare(table.insert);
    for await (const rows of groups) {
      this.#database.exec("BEGIN");
      for (const row of rows) {
        const values = row.fields ? table.values(row.fields, options, row.line) : row.fault;
        if (typeof values === "string") reject({ ...row, fault: values });
        else if (values) insert.run(...values);
      }
      this.#database.exec("COMMIT");
    }
  }

  /** The joined rows in groups. @param skip how many to pass over */
  async *rows(skip: number): AsyncGenerator<Row[]> {
    this.#database.exec(this.#plan.after ?? "");
    let group: Row[] = [];
    let left = skip;
    for (const fields of this.#database.prepare(this.#plan.rows).iterate()) {
      if (left-- > 0) continue;
      const { line, ...rest } = fields as Fields & { line: number };
      group.push({ line, text: "", fields: { ...rest } });
      if (group.length === groupSize) {
        yield group;
        group = [];
      }
    }
    if (group.length > 0) yield group;
  }

  orphans(): number {
    const row = this.#database.prepare(this.#plan.orphans).get();
    return Number(Object.values(row ?? {})[0] ?? 0);
  }

  close(): void {
    this.#database.close();
  }
}
