/** Our queries in MongoDB's words. Pure. */
import type { Range, Value, Where } from "../collection.ts";
import type { Place } from "../cursor.ts";
import type { EnginePage } from "../engine.ts";
import { uniqueKey } from "../uniques.ts";
import { placeOf } from "./rows.ts";

export type Filter = Record<string, unknown>;
type Wanted = Value | { in: readonly Value[] } | Range;

/** Nobody sees what was written with others and is not committed. */
export const visible: Filter = { batch: null };
export const isVisible = ({ batch }: { batch?: string }): boolean => batch === undefined;

function condition(field: string, wanted: Wanted, isUnique: boolean): Filter {
  if (typeof wanted !== "object") {
    return isUnique ? { uniques: uniqueKey(field, wanted) } : { [placeOf(field)]: wanted };
  }
  if (isUnique && "in" in wanted) {
    return { uniques: { $in: wanted.in.map((value) => uniqueKey(field, value)) } };
  }
  const operators = Object.entries(wanted).filter(([, value]) => value !== undefined);
  const said = operators.map(([name, value]) => [`$${name}`, value]);
  return { [placeOf(field)]: Object.fromEntries(said) };
}

/** @param unique fields that are looked up by their unique texts */
export function conditions(where: Where, unique: readonly string[]): Filter[] {
  return Object.entries(where).flatMap(([field, wanted]) =>
    wanted === undefined ? [] : [condition(field, wanted, unique.includes(field))],
  );
}

/** What stands behind a place; documents without the field stand first, as null sorts there. */
export function behind(field: string, descending: boolean, { value, id }: Place): Filter {
  const past = descending ? "$lt" : "$gt";
  if (field === "id") return { _id: { [past]: id } };
  const at = placeOf(field);
  if (value === undefined) {
    const rest = { [at]: null, _id: { [past]: id } };
    return descending ? rest : { $or: [rest, { [at]: { $ne: null } }] };
  }
  const more = [{ [at]: { [past]: value } }, { [at]: value, _id: { [past]: id } }];
  return { $or: descending ? [...more, { [at]: null }] : more };
}

/**
 * A page's filter and order. What is looked up by unique values alone is one document each: then the
 * index answers everything, and who is not visible is left out afterwards.
 */
export function pageQuery(query: EnginePage, unique: readonly string[]) {
  const { where, sort, after } = query;
  const { field, descending } = sort;
  const direction: 1 | -1 = descending ? -1 : 1;
  const said = conditions(where, unique);
  const [only = {}, more] = said;
  const isLookup = "uniques" in only && !more && !after;
  if (after) said.push(behind(field, descending, after));
  const order: Record<string, 1 | -1> = field === "id" ? {} : { [placeOf(field)]: direction };
  return {
    filter: isLookup ? only : { $and: [visible, ...said] },
    order: { ...order, _id: direction },
    // None: there are no more than values.
    limit: isLookup ? 0 : query.limit,
  };
}
