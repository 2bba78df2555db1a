/**
 * Documents as MongoDB keeps them: what every document has at the top, known to the schema, and what
 * a store alone knows in `body`. What is unique stands in one list of texts (see `uniques.ts`).
 */
import mongoose from "mongoose";
import type { Outgoing, Stored } from "../collection.ts";
import { checkNames } from "../names.ts";
import { uniquesOf } from "../uniques.ts";

export interface Row {
  _id: string;
  version: number;
  createdAt: string;
  updatedAt: string;
  outbox?: Outgoing[];
  claims?: string[];
  uniques?: string[];
  /** Written with others and not committed yet: nobody sees it. */
  batch?: string;
  body: Record<string, unknown>;
}

const { Mixed } = mongoose.Schema.Types;
const text = { type: String, required: true };

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    version: { type: Number, required: true },
    createdAt: text,
    updatedAt: text,
    outbox: { type: [Mixed], default: undefined },
    claims: { type: [String], default: undefined },
    uniques: { type: [String], default: undefined },
    batch: String,
    body: { type: Mixed, required: true },
  },
  {
    strict: "throw",
    strictQuery: "throw",
    versionKey: false,
    id: false,
    minimize: false,
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
  },
);

export type Rows = mongoose.Model<Row>;

/** The model of a collection; all share one schema. */
export const rowsOf = (name: string): Rows =>
  (mongoose.models[name] as Rows | undefined) ?? mongoose.model<Row>(name, schema, name);

/** Where a field of a document stands in its row. */
const top = new Set(["version", "createdAt", "updatedAt", "outbox", "claims"]);
export const placeOf = (path: string): string => {
  if (path === "id") return "_id";
  return top.has(path.split(".", 1)[0] ?? path) ? path : `body.${path}`;
};

/** @throws Error for a field name that engines reserve */
export function rowOf<D extends Stored>(doc: D, unique: readonly string[]): Row {
  checkNames(doc);
  const { id, version, createdAt, updatedAt, outbox, claims, ...body } = doc;
  const uniques = uniquesOf(doc, unique);
  return {
    _id: id,
    ...{ version, createdAt, updatedAt },
    ...(outbox?.length ? { outbox } : {}),
    ...(claims ? { claims } : {}),
    ...(uniques.length > 0 ? { uniques } : {}),
    body,
  };
}

export function docOf<D extends Stored>(row: Row): D {
  const { _id, version, createdAt, updatedAt, outbox, claims, body } = row;
  return {
    ...body,
    id: _id,
    ...{ version, createdAt, updatedAt },
    ...(outbox?.length ? { outbox } : {}),
    ...(claims ? { claims } : {}),
  } as unknown as D;
}
