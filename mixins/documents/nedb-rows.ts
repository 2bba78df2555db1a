/** Documents to rows of NeDB and back. */
import type { Stored, Value, Where } from "./collection.ts";
import { copyOf } from "./copy.ts";
import type { Row } from "./nedb-internals.ts";

/** Our conditions in NeDB's words. */
export function nedbQuery(where: Where): object {
  const query: Record<string, unknown> = {};
  for (const [field, wanted] of Object.entries(where)) {
    if (wanted === undefined) continue;
    query[field === "id" ? "_id" : field] = typeof wanted === "object" ? operators(wanted) : wanted;
  }
  return query;
}

const operators = (range: object): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(range).flatMap(([name, value]) =>
      value === undefined ? [] : [[`$${name}`, value]],
    ),
  );

/**
 * The document made a row, in place.
 * @throws Error for a field name that engines reserve
 */
export function rowOf<D extends Stored>(doc: D): Row<D> {
  checkNames(doc);
  return Object.assign(doc, { _id: doc.id });
}

/** A copy that its reader may change. */
export function docOf<D extends Stored>(row: Row<D>): D {
  const { _id, ...doc } = row;
  return copyOf(doc) as unknown as D;
}

/** What NeDB writes for rows: JSON, one a line. */
export const linesOf = (rows: readonly object[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join("");

function checkNames(value: object): void {
  for (const key in value) {
    const field = (value as Record<string, unknown>)[key];
    if (key.charCodeAt(0) === 0x24 || (key.includes(".") && !Array.isArray(value))) {
      throw new Error(`A document has a field "${key}": names may not begin with $ or hold a dot.`);
    }
    if (typeof field === "object" && field !== null) checkNames(field);
  }
}
