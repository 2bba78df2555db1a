/**
 * Asks the FTS table. Expressions are made of quoted words alone, so nothing that a person types
 * can be an operator.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Bits } from "../bits.ts";
import type { Need } from "../ladder.ts";
import type { IndexDefinition } from "../port.ts";
import type { Reading } from "../reading.ts";
import { fieldColumns } from "./schema.ts";
import { textBreak } from "./writer.ts";

export const phrase = (word: string, prefix = false): string =>
  `"${word.replaceAll('"', '""')}"${prefix ? "*" : ""}`;

/** The expression that one of the readings holds. */
export function expression(readings: readonly Reading[], need: Need): string {
  const parts = readings.flatMap(({ words }) => {
    const groups = new Set(
      words.map((group) => {
        const forms = group.map(({ text, prefix }) => phrase(text, prefix));
        return `(${forms.join(" OR ")})`;
      }),
    );
    const list = [...groups];
    if (need === "all" || list.length < 2) return [list.join(" AND ")];
    if (need === "some") return [list.join(" OR ")];
    return list.map((_, i) => list.toSpliced(i, 1).join(" AND "));
  });
  return parts.map((part) => `(${part})`).join(" OR ");
}

export interface Ranked {
  readonly row: number;
  /** 0 or more, the greater the better. */
  readonly bm25: number;
}

export interface Texts {
  readonly titles: string[];
  readonly names: string[];
}

export class Finder {
  readonly #rows: StatementSync;
  readonly #ranked: StatementSync;
  readonly #titled: StatementSync;
  readonly #starting: StatementSync;
  readonly #texts: StatementSync;
  readonly #raw: StatementSync;
  readonly #named: string;

  constructor(db: DatabaseSync, definition: IndexDefinition) {
    const columns = fieldColumns(definition);
    const of = (role: string) =>
      columns.filter((_, i) => definition.fields[i]?.role === role).join(` || char(10) || `) ||
      "''";
    const weights = definition.fields.map(({ weight }) => weight).join(", ");
    this.#named = columns.filter((_, i) => definition.fields[i]?.role !== "text").join(" ");
    this.#rows = db.prepare("SELECT json_group_array(rowid) AS rows FROM fts WHERE fts MATCH ?");
    this.#ranked = db.prepare(
      `SELECT rowid AS row, -bm25(fts, ${weights}) AS bm25 FROM fts WHERE fts MATCH ?`,
    );
    this.#titled = db.prepare("SELECT row FROM title WHERE key = ?");
    this.#starting = db.prepare(
      `SELECT json_group_array(row) AS rows FROM title
       WHERE key >= ?1 AND key < ?1 || char(0x10FFFF)`,
    );
    this.#texts = db.prepare(
      `SELECT ${of("title")} AS titles, ${of("names")} AS names FROM doc WHERE row = ?`,
    );
    this.#raw = db.prepare("SELECT stored, raw FROM doc WHERE row = ?");
  }

  /** Every row that the expression holds for. */
  rows(expression: string): Bits {
    return Bits.of(JSON.parse(String(this.#rows.get(expression)?.rows)));
  }

  /** The expression for titles and names alone. */
  named = (expression: string): string => `{${this.#named}} : (${expression})`;

  ranked(expression: string): Ranked[] {
    return this.#ranked
      .all(expression)
      .map((row) => ({ row: Number(row.row), bm25: Math.max(0, Number(row.bm25)) }));
  }

  titled(key: string): number[] {
    return this.#titled.all(key).map(({ row }) => Number(row));
  }

  /** Rows with a title that starts so, in the order of titles; a row may come twice. */
  starting(key: string): number[] {
    return JSON.parse(String(this.#starting.get(key)?.rows));
  }

  /** The folded titles and names of a row. */
  texts(row: number): Texts {
    const found = this.#texts.get(row);
    const parts = (text: unknown) =>
      String(text ?? "")
        .split(textBreak)
        .filter(Boolean);
    return { titles: parts(found?.titles), names: parts(found?.names) };
  }

  /** What a row gives back: its small JSON and its texts as people read them. */
  read(row: number): { stored: unknown; fields: Record<string, string[]> } {
    const found = this.#raw.get(row);
    return {
      stored: JSON.parse(String(found?.stored ?? "null")),
      fields: JSON.parse(String(found?.raw ?? "{}")),
    };
  }
}
