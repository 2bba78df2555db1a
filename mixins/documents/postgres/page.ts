/**
 * One page as one statement. Which index it goes by is not left to estimates, which know little of
 * what is inside JSON: where a condition has an index, it names the candidates; if these are few they
 * are put in order, else the order's own index is walked. Pure.
 */
import type { Range, Value, Where } from "../collection.ts";
import type { EnginePage } from "../engine.ts";
import {
  jsonPath,
  keyOf,
  literal,
  orderedCharacters,
  orderOf,
  rankOf,
  shown,
  type Tables,
  valuesIn,
} from "./sql.ts";
import type { Statement } from "./statements.ts";

/** Up to so many candidates are read and put in order. */
const fewEnough = 2_000;

const operators = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** A condition without its exact form: equal to one of several, or within bounds. */
type Wanted = { among: readonly Value[] } | { within: Range };

const wantedOf = (wanted: NonNullable<Where[string]>): Wanted => {
  if (typeof wanted !== "object") return { among: [wanted] };
  return "in" in wanted ? { among: wanted.in } : { within: wanted };
};

/** The values of a statement, as they are met. */
class Values {
  readonly all: unknown[] = [];
  readonly add = (value: unknown): string => `$${this.all.push(value)}`;
}

/** @throws Error when nothing sorts by that field: a store declares what it sorts by */
export function pageStatement(
  tables: Tables,
  { where, sort: { field, descending }, limit, after }: EnginePage,
): Statement {
  const { docs, sortFields } = tables;
  if (field !== "id" && !sortFields.includes(field)) throw new Error(`No index sorts by ${field}.`);
  const values = new Values();
  const wanted = Object.entries(where).flatMap(([name, value]) =>
    value === undefined ? [] : ([[name, wantedOf(value)]] as const),
  );
  const order = field === "id" ? ["id"] : [...orderOf(field), "id"];
  const conditions = wanted.map(([name, one]) => exact(tables, name, one, values));
  if (after) {
    const place = field === "id" ? [] : placeOf(after.value, values.add);
    const [sign, all] = [descending ? "<" : ">", [...place, values.add(after.id)]];
    conditions.push(`(${order.join(", ")}) ${sign} (${all.join(", ")})`);
  }
  const direction = descending ? " desc" : "";
  const page = (...more: string[]) =>
    `(select ${shown(tables)} from ${docs} where ${[...more, ...conditions, "true"].join(" and ")} ` +
    `order by ${order.map((one) => one + direction).join(", ")} limit ${values.add(limit)})`;
  const found = candidates(tables, wanted, values);
  const few = `(select count(*) from found) <= ${fewEnough}`;
  const text = found
    ? `with found as materialized (${found} limit ${fewEnough + 1}) ` +
      `${page("id = any(array(table found))", few)} union all ${page(`not (${few})`)}`
    : page();
  const what = `page of ${wanted.map(([name]) => name).join() || "all"} by ${field}`;
  return { what, text, values: values.all };
}

/** A value in the words of an order. */
function placeOf(value: unknown, add: Values["add"]): string[] {
  const [rank, text] = rankOf(value);
  return [`${add(rank)}::float8`, `left(${add(text)}, ${orderedCharacters})`];
}

/** What a document must be, whatever the index said. */
function exact({ sortFields }: Tables, field: string, wanted: Wanted, { add }: Values): string {
  if ("among" in wanted) {
    if (field === "id") return `id = any(${add(wanted.among)}::text[])`;
    const path = literal(`${jsonPath(field)} ? (@ == $v[*])`);
    return `jsonb_path_exists(body, ${path}, ${add(JSON.stringify({ v: wanted.among }))}::jsonb)`;
  }
  const bounds = Object.entries(wanted.within) as [keyof Range, Value | undefined][];
  const set = bounds.filter(([, value]) => value !== undefined);
  if (set.length === 0) return "true";
  const holds = set.map(([name]) => `@ ${operators[name]} $${name}`).join(" && ");
  const path = literal(`${jsonPath(field)} ? (${holds})`);
  const inside = `jsonb_path_exists(body, ${path}, ${add(JSON.stringify(wanted.within))}::jsonb)`;
  if (!sortFields.includes(field)) return inside;
  return [inside, ...set.map(([name, value]) => bound(field, name, value, add))].join(" and ");
}

/** A bound in the words of the field's order, whose index can find it. */
function bound(field: string, name: keyof Range, value: unknown, add: Values["add"]): string {
  const sign = operators[name].slice(0, 1);
  return `(${orderOf(field).join(", ")}) ${sign}= (${placeOf(value, add).join(", ")})`;
}

/** The ids of those who may be meant, by an index; undefined where none helps. */
function candidates(
  { docs, unique, uniqueFields, plainFields }: Tables,
  wanted: readonly (readonly [string, Wanted])[],
  { add }: Values,
): string | undefined {
  const given = (one: Wanted) =>
    `jsonb_array_elements(${add(JSON.stringify("among" in one ? one.among : []))}::jsonb)`;
  const among = wanted.filter(([, one]) => "among" in one);
  const exactly = among.find(([field]) => uniqueFields.includes(field));
  if (exactly) {
    const [field, one] = exactly;
    return (
      `select id from ${unique} where field = ${literal(field)} ` +
      `and value = any(array(select ${keyOf("v")} from ${given(one)} v))`
    );
  }
  const indexed = among.filter(([field]) => plainFields.includes(field));
  if (indexed.length === 0) return undefined;
  const lists = indexed.map(([, one], i) => `${given(one)} g${i}(v)`);
  const holds = indexed.map(([field], i) => `${valuesIn(field)} @> g${i}.v`);
  return `select id from ${[...lists, docs].join(", ")} where ${holds.join(" and ")}`;
}
