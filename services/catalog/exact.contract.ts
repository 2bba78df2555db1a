/**
 * A schema for what is handed over by the thousand between actors: it takes only what the given
 * schema would leave as it is (texts trimmed, defaults filled in), and hands on that very value.
 * Zod copies whatever it reads, which for a batch of films costs more than the reading.
 */
import { z } from "zod";

type Test = (value: unknown) => boolean;
type Schema = z.core.$ZodType;
type Part = "element" | "keyType" | "valueType" | "innerType";
type Definition = Record<string, unknown> & Record<Part, Schema> & { type: string };

/** The value itself where the schema would leave it as it is; else the faults that it finds. */
export function exact<T extends z.ZodType>(schema: T) {
  const test = testOf(schema);
  const shape = z.toJSONSchema(schema, { io: "output", unrepresentable: "any" });
  const found = z.any().check(({ value, issues }) => {
    if (test(value)) return;
    const { error } = schema.safeParse(value);
    const faults = error?.issues ?? [{ path: [], message: "expected without defaults and trims" }];
    for (const one of faults) issues.push({ ...one, code: "custom", input: value } as never);
  });
  return found.meta({ ...shape }) as unknown as z.ZodType<z.output<T>, z.output<T>>;
}

/** Whether a value is one that the schema accepts and leaves as it is. */
export function testOf(schema: Schema): Test {
  const definition = schema._zod.def as unknown as Definition;
  const own = shapes[definition.type]?.(definition, schema);
  const checks = ((definition.checks ?? []) as z.core.$ZodCheck[]).map(checkOf);
  if (!own || checks.includes(undefined)) return (value) => isLeft(schema, value);
  const all = [own, ...(checks as Test[])];
  return all.length === 1 ? own : (value) => all.every((test) => test(value));
}

/** Slow, and true of any schema. */
function isLeft(schema: Schema, value: unknown): boolean {
  const read = z.core.safeParse(schema, value);
  if (!read.success) return false;
  return read.data === value || JSON.stringify(read.data) === JSON.stringify(value);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** By type; nothing for a definition that says more than is read here. */
type Shape = (definition: Definition, schema: Schema) => Test | undefined;
const shapes: Record<string, Shape> = {
  string: (definition, schema) => {
    const { format, pattern } = definition;
    if (format === "url") return addressOf(definition, schema);
    const isText: Test = (value) => typeof value === "string";
    if (pattern instanceof RegExp) return (value) => isText(value) && pattern.test(String(value));
    return format ? undefined : isText;
  },
  number: ({ format }) => {
    return format === "safeint" ? Number.isSafeInteger : format ? undefined : Number.isFinite;
  },
  enum: ({ entries }) => {
    const values = new Set(Object.values(entries as object));
    return (value) => values.has(value);
  },
  array: (definition) => {
    const test = testOf(definition.element);
    return (value) => Array.isArray(value) && value.every(test);
  },
  record: (definition) => {
    const key = testOf(definition.keyType);
    const test = testOf(definition.valueType);
    return (value) =>
      isObject(value) && Object.keys(value).every((name) => key(name) && test(value[name]));
  },
  optional: (definition) => {
    const test = testOf(definition.innerType);
    return (value) => value === undefined || test(value);
  },
  default: (definition) => testOf(definition.innerType),
  object: ({ shape, catchall }) => {
    if ((catchall as Schema | undefined)?._zod.def.type !== "never") return undefined;
    const fields = Object.entries(shape as Record<string, Schema>);
    const tests = new Map(fields.map(([name, field]) => [name, testOf(field)]));
    return (value) => {
      if (!isObject(value)) return false;
      for (const [name, test] of tests) if (!test(value[name])) return false;
      return Object.keys(value).every((name) => tests.has(name));
    };
  },
};

/** Addresses that no parser would refuse or change: most are. */
const plain = /^(https?):\/\/(?:[a-z][a-z0-9-]*\.)+[a-z]{2,}\/[\w/%.~()!*',:;@&=+$-]*$/;

function addressOf({ protocol, hostname, normalize }: Definition, schema: Schema): Test {
  return (value) => {
    const found = typeof value === "string" && plain.exec(value)?.[1];
    if (!found || hostname || normalize) return isLeft(schema, value);
    return !(protocol instanceof RegExp) || protocol.test(found);
  };
}

function checkOf(given: z.core.$ZodCheck): Test | undefined {
  const check = given._zod.def as unknown as Record<string, unknown> & { check: string };
  const { pattern, tx, fn } = check;
  const isIn = check.inclusive === true;
  const bound = (check.maximum ?? check.minimum ?? check.value) as number;
  const length = (value: unknown) => (value as { length: number }).length;
  const tests: Record<string, Test | undefined> = {
    string_format: pattern instanceof RegExp ? (text) => pattern.test(text as string) : undefined,
    overwrite: (value) => (tx as (value: unknown) => unknown)(value) === value,
    min_length: (value) => length(value) >= bound,
    max_length: (value) => length(value) <= bound,
    greater_than: (value) => (value as number) > bound || (isIn && value === bound),
    less_than: (value) => (value as number) < bound || (isIn && value === bound),
    custom: typeof fn === "function" ? (value) => Boolean(fn(value)) : undefined,
  };
  return tests[check.check];
}
