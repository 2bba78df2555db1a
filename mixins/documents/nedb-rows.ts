/** Documents to rows of NeDB and back. */
import type { Stored, Value, Where } from "./collection.ts";
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

/** A copy that its reader may change. */
export function unrow<D extends Stored>({ _id, ...doc }: Row<D>): D {
  return copy(doc) as D;
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value !== "object" || value === null) return value;
  const made: Record<string, unknown> = {};
  for (const key in value) made[key] = copy((value as Record<string, unknown>)[key]);
  return made;
}
