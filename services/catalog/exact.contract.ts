/**
 * A schema for what is handed over by the thousand between actors: it takes only what the given
 * schema would leave as it is (texts trimmed, defaults filled in), and hands on that very value.
 * Zod copies whatever it reads, which for a batch of films costs more than the reading.
 */
import { z } from "zod";

type Test = (value: unknown) => boolean;
type Definition = Record<string, unknown> & { type: string; checks?: z.core.$ZodCheck[] };

/** The value itself where the schema would leave it as it is; else the faults that it finds. */
export function exact<T extends z.ZodType>(schema: T) {
  const test = testOf(schema);
  const shape = z.toJSONSchema(schema, { io: "output", unrepresentable: "any" });
  const found = z.any().check(({ value, issues }) => {
    if (test(value)) return;
    const { error } = schema.safeParse(value);
    const faults = error?.issues ?? [{ path: [], message: "expected without defaults and trims" }];
    for (const { path, message } of faults) {
      issues.push({ code: "custom", input: value, path, message });
    }
  });
  return found.meta({ ...shape }) as unknown as z.ZodType<z.output<T>, z.output<T>>;
}

/** Whether a value is one that the schema accepts and leaves as it is. */
export function testOf(schema: z.core.$ZodType): Test {
  const definition = schema._zod.def as unknown as Definition;
  const own = shapes[definition.type]?.(definition, schema);
  const checks = (definition.checks ?? []).map(checkOf);
  if (!own || checks.includes(undefined)) return (value) => isLeft(schema, value);
  const [first, second] = checks as Test[];
  if (!first) return own;
  if (!second) return (value) => own(value) && first(value);
  return (value) => own(value) && (checks as Test[]).every((check) => check(value));
}

/** Slow, and true of any schema. */
function isLeft(schema: z.core.$ZodType, value: unknown): boolean {
  const read = z.core.safeParse(schema, value);
  if (!read.success) return false;
  return read.data === value || JSON.stringify(read.data) === JSON.stringify(value);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const tested = (definition: Definition, name: string): Test =>
  testOf(definition[name] as z.core.$ZodType);

/** By type; nothing for a definition that says more than is read here. */
type Shape = (definition: Definition, schema: z.core.$ZodType) => Test | undefined;
const shapes: Record<string, Shape> = {
  string: (definition, schema) => {
    const { format, pattern } = definition;
    if (format === "url") return addressOf(definition, schema);
    if (pattern instanceof RegExp) {
      return (value) => typeof value === "string" && pattern.test(value);
    }
    return format ? undefined : (value) => typeof value === "string";
  },
  number: ({ format }) => {
    if (format === "safeint") return Number.isSafeInteger;
    return format ? undefined : Number.isFinite;
  },
  enum: ({ entries }) => {
    const values = new Set(Object.values(entries as object));
    return (value) => values.has(value);
  },
  array: (definition) => {
    const test = tested(definition, "element");
    return (value) => Array.isArray(value) && value.every(test);
  },
  record: (definition) => {
    const key = tested(definition, "keyType");
    const test = tested(definition, "valueType");
    return (value) => {
      if (!isObject(value)) return false;
      for (const name in value) if (!key(name) || !test(value[name])) return false;
      return true;
    };
  },
  optional: (definition) => {
    const test = tested(definition, "innerType");
    return (value) => value === undefined || test(value);
  },
  default: (definition) => tested(definition, "innerType"),
  object: ({ shape, catchall }) => {
    if ((catchall as z.core.$ZodType | undefined)?._zod.def.type !== "never") return undefined;
    const fields = Object.entries(shape as Record<string, z.core.$ZodType>);
    const tests = fields.map(([name, field]): [string, Test] => [name, testOf(field)]);
    const names = new Set(fields.map(([name]) => name));
    return (value) => {
      if (!isObject(value)) return false;
      for (const [name, test] of tests) if (!test(value[name])) return false;
      for (const name in value) if (!names.has(name)) return false;
      return true;
    };
  },
};

/** Addresses that no parser would refuse or change: most are. */
const plain = /^(https?):\/\/(?:[a-z][a-z0-9-]*\.)+[a-z]{2,}\/[\w/%.~()!*',:;@&=+$-]*$/;

function addressOf({ protocol, hostname, normalize }: Definition, schema: z.core.$ZodType): Test {
  return (value) => {
    const found = typeof value === "string" ? plain.exec(value)?.[1] : undefined;
    if (!found || hostname || normalize) return isLeft(schema, value);
    return !(protocol instanceof RegExp) || protocol.test(found);
  };
}

function checkOf(given: z.core.$ZodCheck): Test | undefined {
  const check = given._zod.def as unknown as Record<string, unknown> & { check: string };
  const { pattern, tx, fn } = check;
  const bound = (check.maximum ?? check.minimum ?? check.value) as number;
  const isIn = check.inclusive === true;
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
