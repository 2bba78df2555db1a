/** Migrations on the server of MONGO_URL, in a database of this run's own. */
import { randomUUID } from "node:crypto";
import mongoose from "mongoose";
import { type Collection, collection, type Stored } from "../../mixins/documents/collection.ts";
import { MongoEngine } from "../../mixins/documents/mongo/engine.ts";
import { migrationsContract } from "../migrations/contract.ts";
import { urlOf } from "./engine-urls.ts";

const url = urlOf("MONGO_URL", "a MongoDB");
url.pathname = `bijou-test-${randomUUID().slice(0, 8)}`;
const settings = { url: url.href, database: "unused", slowMs: 60_000, warn: () => undefined };
const open = <D extends Stored>(of: Collection<D>) => new MongoEngine(of, settings);

// Held open, so that the engines' closing is not the last.
const holder = open(collection<Stored>({ name: "holder", indexes: {} }));
beforeAll(() => holder.open());
afterAll(async () => {
  await mongoose.connection.db?.dropDatabase();
  await holder.close();
});

migrationsContract("MongoDB", {
  open,
  async wipe() {
    const found = (await mongoose.connection.db?.collections()) ?? [];
    for (const one of found) await one.deleteMany({});
  },
});
