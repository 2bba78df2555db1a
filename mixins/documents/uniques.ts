/**
 * What of a document must be unique, as texts: `field=value`, once for all engines whose own indexes
 * see it otherwise (MongoDB's would let only one document have an empty list).
 */
import type { Collection, Stored, Value } from "./collection.ts";

/** The values of a field path, each once; those of every element where the path meets an array. */
export function valuesAt(doc: object, path: string): unknown[] {
  let found: unknown[] = [doc];
  for (const part of path.split(".")) {
    found = found.flatMap((value) => (value as Record<string, unknown> | null)?.[part] ?? []);
  }
  return [...new Set(found)];
}

/** The fields of a collection that are unique, sorted; the idempotency keys are always. */
export const uniqueFields = <D extends Stored>({ indexes }: Collection<D>): string[] =>
  ["claims", ...Object.keys(indexes).filter((field) => indexes[field]?.unique)].toSorted();

export const uniqueKey = (field: string, value: unknown): string =>
  `${field}=${JSON.stringify(value)}`;

export const uniquesOf = (doc: object, fields: readonly string[]): string[] =>
  fields.flatMap((field) => valuesAt(doc, field).map((value) => uniqueKey(field, value)));

/** What a text was made of, for people. */
export function unkeyed(key: string): { field: string; value: string } {
  const at = key.indexOf("=");
  return { field: key.slice(0, at), value: String(JSON.parse(key.slice(at + 1)) as Value) };
}
