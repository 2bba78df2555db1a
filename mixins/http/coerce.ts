/**
 * Query strings taken apart, and words of an address as the values that a contract's schema asks for: numbers, booleans, lists.
 * What cannot be read stays the word that it is, and the contract's own check names it. Pure.
 */
import { UrlInvalid } from "./refusals.ts";

/** Names with their values in the order of the address. */
export type Query = ReadonlyMap<string, readonly string[]>;
const mostPairs = 200;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.includes("+") ? text.replaceAll("+", " ") : text);
  } catch {
    throw UrlInvalid({ reason: `"${text.slice(0, 60)}" in the query` });
  }
}

/**
 * Takes a query string (without `?`) apart, as `application/x-www-form-urlencoded`.
 *
 * @throws URL_INVALID for bad percent-encoding and for more than 200 pairs
 */
export function parseQuery(text: string): Query {
  const query = new Map<string, string[]>();
  let pairs = 0;
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    if (++pairs > mostPairs) throw UrlInvalid({ reason: `more than ${mostPairs} parameters` });
    const equals = pair.indexOf("=");
    const name = decoded(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? "" : decoded(pair.slice(equals + 1));
    const values = query.get(name);
    if (values) values.push(value);
    else query.set(name, [value]);
  }
  return query;
}

/** As much of JSON Schema as parameters in an address can have. */
export interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  enum?: unknown[];
  format?: string;
  pattern?: string;
  anyOf?: Schema[];
  required?: string[];
  [more: string]: unknown;
}

type Reader = (word: string) => unknown;

/** Decimal only: `1e3`, `0x10`, `Infinity` and blanks are words. */
const decimal = /^-?\d{1,17}(\.\d{1,17})?$/;
const asNumber: Reader = (word) => (decimal.test(word) ? Number(word) : word);
const asBoolean: Reader = (word) => (word === "true" ? true : word === "false" ? false : word);
const asWord: Reader = (word) => word;

function readerOf(schema: Schema): Reader {
  const inner = schema.anyOf?.find((one) => one.type !== "null") ?? schema;
  const types = [inner.type].flat();
  if (types.includes("number") || types.includes("integer")) return asNumber;
  if (types.includes("boolean")) return asBoolean;
  return asWord;
}

/** A comma parts a list only where no item can hold one. */
const partedByCommas = (items: Schema): boolean =>
  readerOf(items) !== asWord || items.enum !== undefined || items.format === "uuid";

type Parameter = (words: readonly string[]) => unknown;

function parameterOf(schema: Schema): Parameter {
  const list = [schema, ...(schema.anyOf ?? [])].find((one) => one.type === "array");
  if (!list) {
    const read = readerOf(schema);
    return (words) => (words.length === 1 ? read(words[0] ?? "") : words);
  }
  const items = list.items ?? {};
  const read = readerOf(items);
  const commas = partedByCommas(items);
  return (words) => (commas ? words.flatMap((word) => word.split(",")) : words).map(read);
}

/** How each parameter of a contract is read from an address. */
export type Reading = ReadonlyMap<string, Parameter>;

/** Made once, at start, from the JSON Schema of a contract's parameters. */
export const readingOf = (params: Schema): Reading =>
  new Map(
    Object.entries(params.properties ?? {}).map(([name, schema]) => [name, parameterOf(schema)]),
  );

/**
 * The parameters of a query. A scalar given twice becomes a list, and a name that the contract
 * does not know is kept: the contract refuses both and names them.
 */
export function fromQuery(reading: Reading, query: Query): Record<string, unknown> {
  const params: Record<string, unknown> = Object.create(null);
  for (const [name, words] of query) {
    const parameter = reading.get(name);
    params[name] = parameter ? parameter(words) : words.length === 1 ? words[0] : words;
  }
  return params;
}
