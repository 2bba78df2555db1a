/**
 * What of a document stands in the indexes of Redis: unique texts, sets of the documents that share a
 * value, and sorted sets whose members sort as the values do. Pure.
 */
import type { Collection, Range, Stored, Value, Where } from "../collection.ts";
import type { Place } from "../cursor.ts";
import { uniqueFields, uniqueKey, uniquesOf, valuesAt } from "../uniques.ts";

export interface Entries {
  /** Unique texts. */
  u: string[];
  /** Names of sets: `field=value`. */
  e: string[];
  /** Sorted sets and the document's member in each. */
  s: [field: string, member: string][];
}

/** Ends a value in a member; within a text the first of its characters is followed by another. */
const end = "\u0000\u0001";

/**
 * A value as text that sorts as it does: nothing, then numbers, texts by their UTF-8 bytes, truth.
 * A number is its bits, those of negative ones turned over (IEEE 754 orders so).
 */
export function sortable(value: unknown): string {
  if (typeof value === "number") {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value === 0 ? 0 : value);
    const isNegative = (bytes[0] ?? 0) >= 0x80;
    for (const [i, byte] of bytes.entries()) {
      bytes[i] = isNegative ? ~byte : i === 0 ? byte | 0x80 : byte;
    }
    return `1${bytes.toString("hex")}`;
  }
  if (typeof value === "string") return `2${value.replaceAll("\u0000", "\u0000\u00ff")}`;
  return typeof value === "boolean" ? `3${value ? 1 : 0}` : "0";
}

export const memberOf = (field: string, { value, id }: Place): string =>
  field === "id" ? id : `${sortable(value)}${end}${id}`;

export const idOf = (member: string): string => {
  const at = member.lastIndexOf(end);
  return at < 0 ? member : member.slice(at + end.length);
};

/** The members between which a range's values stand, as ZRANGEBYLEX takes them. */
export function bounds({ gt, gte, lt, lte }: Range): { min: string; max: string } {
  const after = (value: Value) => `(${sortable(value)}${end}\u{10ffff}`;
  const from = (value: Value) => `[${sortable(value)}${end}`;
  // Of one type only: the first character tells it.
  const any = sortable(gt ?? gte ?? lt ?? lte ?? "").slice(0, 1);
  return {
    min: gt !== undefined ? after(gt) : gte !== undefined ? from(gte) : `[${any}`,
    max:
      lt !== undefined
        ? `(${sortable(lt)}${end}`
        : lte !== undefined
          ? after(lte)
          : `(${String.fromCharCode(any.charCodeAt(0) + 1)}`,
  };
}

/** What a collection declares, to be told when it changes. */
export const shapeOf = <D extends Stored>({ indexes }: Collection<D>): string =>
  JSON.stringify(Object.entries(indexes).toSorted(([a], [b]) => (a < b ? -1 : 1)));

export function entriesOf<D extends Stored>(of: Collection<D>, doc: D): Entries {
  const fields = Object.entries(of.indexes);
  const sorted = fields.filter(([, { sorts }]) => sorts).map(([field]) => field);
  const plain = fields.filter(([, { unique }]) => !unique).map(([field]) => field);
  const at = (field: string) => (doc as unknown as Record<string, Value | undefined>)[field];
  return {
    u: uniquesOf(doc, uniqueFields(of)),
    e: plain.flatMap((field) => valuesAt(doc, field).map((value) => uniqueKey(field, value))),
    s: ["id", ...sorted].map((field) => [field, memberOf(field, { value: at(field), id: doc.id })]),
  };
}

const compares = {
  gt: (a: Value, b: Value) => a > b,
  gte: (a: Value, b: Value) => a >= b,
  lt: (a: Value, b: Value) => a < b,
  lte: (a: Value, b: Value) => a <= b,
};

/** Whether a document is as a query says. */
export const matches = (doc: object, where: Where): boolean =>
  Object.entries(where).every(([field, wanted]) => {
    if (wanted === undefined) return true;
    const values = valuesAt(doc, field);
    if (typeof wanted !== "object") return values.includes(wanted);
    if ("in" in wanted) return values.some((value) => wanted.in.includes(value as Value));
    const range = Object.entries(wanted).filter(([, bound]) => bound !== undefined);
    return values.some((value) =>
      range.every(
        ([name, bound]) =>
          typeof value === typeof bound &&
          compares[name as keyof typeof compares](value as Value, bound),
      ),
    );
  });
