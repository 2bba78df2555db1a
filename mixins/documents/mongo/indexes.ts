/**
 * The indexes of a collection, built once: the server knows those that it has. What is unique is
 * looked up by one list of texts; it is written anew when a store declares other fields unique.
 */
import mongoose, { type mongo } from "mongoose";
import type { Collection, Stored } from "../collection.ts";
import { uniqueFields, uniquesOf } from "../uniques.ts";
import { docOf, placeOf, type Row, type Rows } from "./rows.ts";

/** Building may take as long as it takes; the driver reads this, though its types do not say so. */
const patient: object = { socketTimeoutMS: 0 };
const atOnce = 500;

export function indexesOf<D extends Stored>({ indexes }: Collection<D>): mongo.IndexDescription[] {
  const own = Object.entries(indexes).flatMap(
    ([field, { unique, sorts }]): mongo.IndexDescription[] => {
      if (sorts) return [{ key: { [placeOf(field)]: 1, _id: 1 } }];
      // What is unique is found by its text.
      return unique ? [] : [{ key: { [placeOf(field)]: 1 } }];
    },
  );
  return [
    ...own,
    { key: { uniques: 1 }, unique: true, sparse: true },
    { key: { batch: 1 }, sparse: true },
    { key: { "outbox.message.time": 1 }, sparse: true },
  ];
}

interface Shape {
  _id: string;
  unique: string[];
}
const name = "documents.shapes";
const schema = new mongoose.Schema<Shape>(
  { _id: String, unique: [String] },
  { strict: "throw", strictQuery: "throw", versionKey: false, id: false, bufferCommands: false },
);
const shapes = () =>
  (mongoose.models[name] as mongoose.Model<Shape> | undefined) ??
  mongoose.model<Shape>(name, schema, name);

/** @throws MongoServerError 11000 where documents share what a store now declares unique */
export async function prepare<D extends Stored>(of: Collection<D>, rows: Rows): Promise<void> {
  await rows.collection.createIndexes(indexesOf(of), patient);
  const unique = uniqueFields(of);
  const shape = await shapes().findById(of.name).lean();
  if (shape?.unique.join() === unique.join()) return;
  await rewrite<D>(rows, unique);
  await shapes().replaceOne({ _id: of.name }, { unique }, { upsert: true });
}

/** Several nodes may do it at once: each row is written as it was read, or by who changed it. */
async function rewrite<D extends Stored>(rows: Rows, unique: readonly string[]): Promise<void> {
  for (let after = ""; ; ) {
    const found: Row[] = await rows
      .find({ _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(atOnce)
      .lean();
    const last = found.at(-1);
    if (!last) return;
    for (const row of found) {
      const uniques = uniquesOf(docOf<D>(row), unique);
      if (uniques.join("\n") === (row.uniques ?? []).join("\n")) continue;
      const set = uniques.length > 0 ? { $set: { uniques } } : { $unset: { uniques: "" } };
      await rows.updateOne({ _id: row._id, version: row.version }, set);
    }
    after = last._id;
  }
}
