/**
 * What a query needs of every document at once, in memory: ids, popularity, sort values, and a set
 * of rows for each facet value. Some 150 bytes a document; read from the file when it is opened.
 */
import type { DatabaseSync } from "node:sqlite";
import { Bits } from "../bits.ts";
import { checkFacet, checkSort } from "../checks.ts";
import type { Filters, IndexDefinition, SearchQuery } from "../port.ts";

export type SortValue = number | string | null;

export interface Row {
  readonly row: number;
  readonly id: string;
  readonly popularity: number;
  readonly facets: Readonly<Record<string, readonly string[]>>;
  readonly sorts: Readonly<Record<string, SortValue>>;
}

export class Columns {
  readonly live = new Bits();
  readonly #ids: string[] = [];
  readonly #popularity: number[] = [];
  readonly #sorts: Map<string, SortValue[]>;
  readonly #facets: Map<string, Map<string, Bits>>;

  constructor(db: DatabaseSync, definition: IndexDefinition) {
    this.#sorts = new Map(definition.sorts.map((name) => [name, []]));
    this.#facets = new Map(definition.facets.map((name) => [name, new Map()]));
    const rows = db.prepare("SELECT row, id, popularity, facets, sorts FROM doc WHERE live = 1");
    for (const row of rows.iterate()) {
      this.set({
        row: Number(row.row),
        id: String(row.id),
        popularity: Number(row.popularity),
        facets: JSON.parse(String(row.facets)),
        sorts: JSON.parse(String(row.sorts)),
      });
    }
  }

  set(document: Row): void {
    const { row } = document;
    this.delete(row);
    this.live.add(row);
    this.#ids[row] = document.id;
    this.#popularity[row] = document.popularity;
    for (const [name, values] of this.#sorts) values[row] = document.sorts[name] ?? null;
    for (const [name, sets] of this.#facets) {
      for (const value of document.facets[name] ?? []) {
        const set = sets.get(value) ?? new Bits();
        set.add(row);
        sets.set(value, set);
      }
    }
  }

  delete(row: number): void {
    if (!this.live.has(row)) return;
    this.live.delete(row);
    for (const sets of this.#facets.values()) {
      for (const set of sets.values()) set.delete(row);
    }
  }

  id = (row: number): string => this.#ids[row] ?? "";

  popularity = (row: number): number => this.#popularity[row] ?? 0;

  /** @throws QueryError where there is no such sort */
  sortValues(name: string): readonly SortValue[] {
    checkSort(this.#sorts.keys(), name);
    return this.#sorts.get(name) ?? [];
  }

  /** The live rows that pass the filters and ranges of a query. */
  allowed(query: Pick<SearchQuery, "filters" | "ranges">): Bits {
    let rows = this.live.and(this.live);
    for (const [name, values] of Object.entries(query.filters ?? ({} satisfies Filters))) {
      checkFacet(this.#facets.keys(), name);
      const any = new Bits(0);
      for (const value of values) any.addAll(this.#facets.get(name)?.get(value) ?? new Bits(0));
      rows = rows.and(any);
    }
    for (const [name, { from = -Infinity, to = Infinity }] of Object.entries(query.ranges ?? {})) {
      const values = this.sortValues(name);
      const before = rows;
      rows = new Bits();
      before.forEach((row) => {
        const value = values[row];
        if (typeof value === "number" && value >= from && value <= to) rows.add(row);
      });
    }
    return rows;
  }

  /** For each facet the values in these rows with their counts, the most frequent first. */
  count(rows: Bits): Record<string, { value: string; count: number }[]> {
    const result: Record<string, { value: string; count: number }[]> = {};
    for (const [name, sets] of this.#facets) {
      const counts = [...sets].map(([value, set]) => ({ value, count: set.sizeWith(rows) }));
      result[name] = counts
        .filter(({ count }) => count > 0)
        .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
    }
    return result;
  }
}
