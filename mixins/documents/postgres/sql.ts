/**
 * What a field of a document is in PostgreSQL's words. Pure. Index and query must say it alike, letter
 * for letter, or the index is not used: both take it from here.
 */
import type { Collection, Stored } from "../collection.ts";

export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** `cast.person` as a path of SQL/JSON; in its lax mode it goes through every element of an array. */
export const jsonPath = (field: string): string =>
  `$.${field
    .split(".")
    .map((part) => JSON.stringify(part))
    .join(".")}`;

/** The values of a field, those of every element where it is an array, as one array. */
export const valuesIn = (field: string): string =>
  `jsonb_path_query_array(body, ${literal(`${jsonPath(field)}[*]`)})`;

/** Longer texts are in order up to here: a B-tree takes no more than about 2,700 bytes. */
export const orderedCharacters = 512;

/**
 * A field in order, as two columns: a number, where texts are behind all numbers and documents without
 * the field are before; then the text. Texts are in the order of their bytes on every server.
 */
export function orderOf(field: string): readonly [rank: string, text: string] {
  const value = `body->${literal(field)}`;
  const rank =
    `(case jsonb_typeof(${value}) when 'number' then (${value})::float8 ` +
    "when 'string' then 'Infinity' when 'boolean' then 'NaN' else '-Infinity' end)";
  const text =
    `((case when jsonb_typeof(${value}) in ('string', 'boolean') ` +
    `then left(body->>${literal(field)}, ${orderedCharacters}) else '' end) collate "C")`;
  return [rank, text];
}

/** Where a value stands in that order. */
export function rankOf(value: unknown): [rank: number, text: string] {
  if (typeof value === "number") return [value, ""];
  if (typeof value === "string") return [Number.POSITIVE_INFINITY, value];
  if (typeof value === "boolean") return [Number.NaN, String(value)];
  return [Number.NEGATIVE_INFINITY, ""];
}

/** A collection as tables. */
export interface Tables {
  readonly name: string;
  readonly schema: string;
  /** The documents, their messages to send, and who holds which unique value, as SQL names them. */
  readonly docs: string;
  readonly outbox: string;
  readonly unique: string;
  readonly uniqueFields: readonly string[];
  readonly plainFields: readonly string[];
  readonly sortFields: readonly string[];
}

export function tablesOf<D extends Stored>(schema: string, of: Collection<D>): Tables {
  const fields = Object.entries(of.indexes);
  const named = (name: string) => `${identifier(schema)}.${identifier(name)}`;
  return {
    name: of.name,
    schema,
    docs: named(of.name),
    outbox: named(`${of.name}_outbox`),
    unique: named(`${of.name}_unique`),
    uniqueFields: ["claims", ...fields.flatMap(([field, { unique }]) => (unique ? field : []))],
    plainFields: fields.flatMap(([field, { unique, sorts }]) => (unique || sorts ? [] : field)),
    sortFields: fields.flatMap(([field, { sorts }]) => (sorts ? field : [])),
  };
}

/** What a read answers of a document: itself, and what it has to tell. */
export const shown = ({ docs, outbox }: Tables): string =>
  `${docs}.body, (select told.messages from ${outbox} told where told.id = ${docs}.id) as outbox`;

/** Longer ones stand for themselves by their hash, for the same reason. */
const longestKey = 600;

/** A JSON value as it stands among the unique ones. */
export const keyOf = (value: string): string =>
  `case when length(${value}::text) <= ${longestKey} then ${value}::text ` +
  `else 'sha256:' || encode(sha256(convert_to(${value}::text, 'UTF8')), 'hex') end`;

/** `(field, value)` of all unique values of a document, each once. @param body its SQL */
export const keysIn = (fields: readonly string[], body: string): string =>
  `(select distinct f.field, ${keyOf("v")} as value from (values ${fields
    .map((field) => `(${literal(field)}, ${literal(`${jsonPath(field)}[*]`)}::jsonpath)`)
    .join(", ")}) f(field, path), jsonb_path_query(${body}, f.path) v)`;
