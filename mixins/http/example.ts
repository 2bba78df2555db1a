/**
 * Examples for documents, made from JSON Schemas: the same for the same schema, and valid by it. Where
 * none can be made there is none. Pure.
 */
import type { Schema } from "./coerce.ts";

/** What a text may look like, the likeliest first. */
const texts = [
  ...["The Matrix", "velvet curtain 1927", "device-of-jane-0001", "jane@cinema.example"],
  ...["0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11", "2026-11-21T04:12:00.000Z", "2026-11-21"],
  ...["https://bijou.example/films", "en", "AT", "AUT", "Europe/Vienna", "123456", "22:00"],
  ...["films.get", "films.*", "orders.shipped", "tt0133093", "movie", "films", "example", "a"],
];
/** What a text of a name looks like, where its schema allows it. */
const byName: Readonly<Record<string, string>> = {
  password: "velvet curtain 1927",
  current: "velvet curtain 1927",
  device: "device-of-jane-0001",
  deviceName: "Jane's laptop",
  code: "123456",
  language: "en",
};
const byFormat: Readonly<Record<string, string>> = {
  uuid: "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11",
  email: "jane@cinema.example",
  "date-time": "2026-11-21T04:12:00.000Z",
  date: "2026-11-21",
  uri: "https://bijou.example/films",
};

const numberOf = (value: unknown, other: number): number =>
  typeof value === "number" ? value : other;

function matches(pattern: unknown, text: string): boolean {
  try {
    return typeof pattern !== "string" || new RegExp(pattern, "u").test(text);
  } catch {
    return false;
  }
}

function textOf({ format, pattern, ...schema }: Schema, name: string): string | undefined {
  const [least, most] = [numberOf(schema.minLength, 0), numberOf(schema.maxLength, 1e6)];
  const fits = (text: string) =>
    text.length >= least && text.length <= most && matches(pattern, text);
  const known = format === undefined ? byName[name] : byFormat[format];
  const long = "x".repeat(Math.max(least, 24));
  const tried = format === undefined ? [...(known ? [known] : []), ...texts, long] : [known ?? ""];
  return tried.find(fits);
}

function amountOf(schema: Schema): number {
  const over = numberOf(schema.exclusiveMinimum, Number.NEGATIVE_INFINITY) + 1;
  const least = Math.max(numberOf(schema.minimum, 1), over);
  const most = numberOf(schema.maximum, Number.POSITIVE_INFINITY);
  return Math.min(Math.max(1, least), most);
}

function listOf({ items, minItems = 0 }: Schema, all: boolean): unknown[] | undefined {
  const item = items && exampleOf(items, all);
  if (item !== undefined && Number(minItems) <= 1) return [item];
  return minItems === 0 ? [] : undefined;
}

function objectOf(schema: Schema, all: boolean): object | undefined {
  const { properties = {}, required = [] } = schema;
  const names = Object.keys(properties);
  // Of a question as little as it needs, but something.
  const wanted = all || required.length === 0 ? names : required;
  const made = wanted.map((name) => [name, exampleOf(properties[name] ?? {}, all, name)] as const);
  const given = Object.fromEntries(made.filter(([, value]) => value !== undefined));
  const isWhole = required.every((name) => Object.hasOwn(given, name));
  return isWhole && schema.minProperties === undefined ? given : undefined;
}

/**
 * @param all with everything that may be there; else with what must be
 * @param name of the property, which tells what its text is about
 */
export function exampleOf(schema: Schema, all: boolean, name = ""): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const choices = schema.anyOf ?? (schema.oneOf as Schema[] | undefined);
  if (choices) {
    return choices.map((one) => exampleOf(one, all, name)).find((made) => made !== undefined);
  }
  if (schema.allOf || schema.$ref) return undefined;
  const [type] = [schema.type].flat();
  if (type === "string") return textOf(schema, name);
  if (type === "integer" || type === "number") return amountOf(schema);
  if (type === "boolean") return true;
  if (type === "null") return null;
  if (type === "array") return listOf(schema, all);
  return type === "object" ? objectOf(schema, all) : undefined;
}

/** Content of a document that is JSON, with an example where one can be made. */
export function jsonContent(schema: Schema, all: boolean) {
  const example = exampleOf(schema, all);
  return { "application/json": { schema, ...(example === undefined ? {} : { example }) } };
}
