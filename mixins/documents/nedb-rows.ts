/** Documents to rows of NeDB and back. */
import type { Stored, Value, Where } from "./collection.ts";
import { checkNames } from "./names.ts";
import type { Row } from "./nedb-internals.ts";

/** Our conditions in NeDB's words. */
export function nedbQuery(where: Where): object {
  const query: Record<string, unknown> = {};
  for (const [field, wanted] of Object.entries(where)) {
    if (wanted === undefined) continue;
    query[field] = typeof wanted === "object" ? operators(wanted) : wanted;
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

/**
 * The document of a row, for its reader. What is inside is shared and frozen, at the first reading:
 * a copy for each reader would cost more than everything else that a read does.
 */
export function docOf<D extends Stored>(row: Row<D>): D {
  const doc: Record<string, unknown> = {};
  const fields = row as object as Record<string, unknown>;
  for (const key in fields) {
    if (key !== "_id") doc[key] = freeze(fields[key]);
  }
  return doc as unknown as D;
}

function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const key in value) freeze(value[key]);
  return Object.freeze(value);
}

/** Takes messages that were sent out of a row's outbox, in place. */
export function withoutSent<D extends Stored>(row: Row<D>, messages: readonly string[]): void {
  const rest = row.outbox?.filter(({ message }) => !messages.includes(message.id)) ?? [];
  if (rest.length > 0) row.outbox = rest;
  else delete row.outbox;
}

/**
 * What NeDB writes for rows: JSON, one a line, in UTF-8. Line by line, since a joined text holding
 * one letter beyond Latin-1 would be kept in twice the space and encoded at half the speed.
 */
export function linesOf(rows: readonly object[]): Buffer {
  let bytes = Buffer.allocUnsafe(Math.max(4_096, rows.length * 3_000));
  let end = 0;
  for (const row of rows) {
    const line = JSON.stringify(row);
    // A UTF-16 unit takes three bytes of UTF-8 at most.
    if (end + line.length * 3 + 1 > bytes.length) {
      bytes = Buffer.concat([bytes.subarray(0, end)], bytes.length * 2 + line.length * 3);
    }
    end += bytes.write(line, end);
    bytes[end++] = newline;
  }
  return bytes.subarray(0, end);
}

const newline = 0x0a;
