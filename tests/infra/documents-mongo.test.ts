/** Documents on the server of MONGO_URL, in a database of this run's own. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import mongoose from "mongoose";
import { collection, type Stored } from "../../mixins/documents/collection.ts";
import type { Engine } from "../../mixins/documents/engine.ts";
import { Duplicate } from "../../mixins/documents/failures.ts";
import { MongoEngine } from "../../mixins/documents/mongo/engine.ts";
import { Store } from "../../mixins/documents/store.ts";
import { newId } from "../../services/shared/ids.ts";
import { documentsContract } from "../documents/contract.ts";
import { urlOf } from "./engine-urls.ts";

const url = urlOf("MONGO_URL", "a MongoDB");
url.pathname = `bijou-test-${randomUUID().slice(0, 8)}`;
const warnings: string[] = [];
const settings = {
  ...{ url: url.href, database: "unused", slowMs: 60_000 },
  warn: (text: string) => warnings.push(text),
};

// Held open, so that the engines' closing is not the last.
const holder = new MongoEngine(collection<Stored>({ name: "holder", indexes: {} }), settings);
beforeAll(() => holder.open());
afterAll(async () => {
  await mongoose.connection.db?.dropDatabase();
  await holder.close();
});

const emptied = async () => {
  const found = (await mongoose.connection.db?.collections()) ?? [];
  for (const one of found) await one.deleteMany({});
};

documentsContract("MongoDB", {
  make: (of) => new MongoEngine(of, settings),
  wipe: emptied,
});

interface Tape extends Stored {
  ids: string[];
  codes: { hash?: string }[];
  note?: string | undefined;
  empty?: object;
}
const tapes = collection<Tape>({
  name: "tapes",
  indexes: { ids: { unique: true }, "codes.hash": { unique: true }, note: { sorts: true } },
});
const tape = (ids: string[], more: Partial<Tape> = {}): Tape => ({
  id: newId(),
  ...{ version: 1, createdAt: "t", updatedAt: "t", codes: [], ids },
  ...more,
});

describe("two engines on one collection", () => {
  let [first, second]: Engine<Tape>[] = [];
  const engines = () => [first, second] as [Engine<Tape>, Engine<Tape>];

  beforeAll(async () => {
    [first, second] = [new MongoEngine(tapes, settings), new MongoEngine(tapes, settings)];
    await Promise.all(engines().map((engine) => engine.open()));
  });
  beforeEach(emptied);
  afterAll(() => Promise.all(engines().map((engine) => engine.close())));

  const all = () =>
    engines()[0].page({ where: {}, sort: { field: "id", descending: false }, limit: 500 });

  test("build the indexes once", async () => {
    const built = await mongoose.connection.collection("tapes").indexes();
    const third = new MongoEngine(tapes, settings);
    await third.open();
    await third.close();

    expect(await mongoose.connection.collection("tapes").indexes()).toEqual(built);
    expect(built.map(({ key }) => Object.keys(key).join())).toEqual(
      expect.arrayContaining(["_id", "uniques", "body.note,_id", "batch"]),
    );
  });

  test("take empty lists and elements without the field as no value", async () => {
    const [engine] = engines();
    await engine.insert([tape([], { codes: [{}, { hash: "h" }] }), tape([], { codes: [{}] })]);
    await engine.insert([tape([])]);

    expect(await all()).toHaveLength(3);
    await expect(engine.insert([tape([], { codes: [{ hash: "h" }] })])).rejects.toMatchObject({
      type: Duplicate.type,
      data: { collection: "tapes", field: "codes.hash", value: "h" },
    });
  });

  test("keep what is empty and leave out what is undefined", async () => {
    const [engine] = engines();
    const made = tape([], { empty: {}, note: undefined });
    await engine.insert([made]);
    await engine.insert([tape([]), tape([])]);

    expect((await engine.byIds([made.id]))[0]).toStrictEqual({
      ...tape([]),
      id: made.id,
      empty: {},
    });
  });

  test("give a unique value to one of many that want it, in one document or in many", async () => {
    const [one, other] = engines();
    const wants = Array.from({ length: 10 }, (_, i) =>
      (i % 2 ? one : other).insert(
        i < 5 ? [tape(["x"])] : [tape([`a${i}`]), tape(["x"]), tape([`b${i}`])],
      ),
    );
    const results = await Promise.allSettled(wants);
    const kept = await all();

    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(kept.filter(({ ids }) => ids.includes("x"))).toHaveLength(1);
    expect([1, 3]).toContain(kept.length);
  });

  test("leave nothing of many that meet each other crosswise", async () => {
    const [one, other] = engines();
    const results = await Promise.allSettled([
      one.insert([tape(["p"]), tape(["q"])]),
      other.insert([tape(["q"]), tape(["p"])]),
    ]);

    expect(results.filter(({ status }) => status === "fulfilled").length).toBeLessThan(2);
    const done = results.filter(({ status }) => status === "fulfilled").length;
    expect(await all()).toHaveLength(done * 2);
  });

  test("refuse two that are alike within one call", async () => {
    await expect(engines()[0].insert([tape(["s"]), tape(["s"])])).rejects.toMatchObject({
      data: { field: "ids", value: "s" },
    });
    expect(await all()).toEqual([]);
  });

  test("let one of two writers of a version win, a hundred times", async () => {
    const [one, other] = engines();
    const made = tape([]);
    await one.insert([made]);
    let won = 0;
    for (let version = 1; version <= 100; version++) {
      const next = { ...made, version: version + 1 };
      const done = await Promise.all([
        one.replace({ ...next, note: "one" }, version),
        other.replace({ ...next, note: "other" }, version),
      ]);
      won += done.filter(Boolean).length;
    }

    expect(won).toBe(100);
    expect((await all())[0]?.version).toBe(101);
  });

  test("orders texts by their bytes, what has none first", async () => {
    const [engine] = engines();
    for (const note of ["б", "a", "B", undefined, "ё", "😀", ""]) {
      await engine.insert([tape([], { note })]);
    }
    const page = { where: {}, sort: { field: "note", descending: false }, limit: 10 };

    expect((await engine.page(page)).map(({ note }) => note)).toEqual([
      ...[undefined, "", "B", "a", "б", "ё", "😀"],
    ]);
  });
});

describe("many documents of a writer that died", () => {
  const raw = () => mongoose.connection.collection("tapes");
  let engine: Engine<Tape>;
  const sorted = { where: {}, sort: { field: "id", descending: false }, limit: 500 };
  const row = (batch: string, id: string) =>
    ({
      ...{ _id: newId(), version: 1, createdAt: "t", updatedAt: "t", batch },
      ...{ uniques: [`ids="${id}"`], body: { ids: [id], codes: [] } },
    }) as never;
  /** A batch of a minute ago. */
  const old = () => {
    const hex = (Date.now() - 60_000).toString(16).padStart(12, "0");
    return `${hex.slice(0, 8)}-${hex.slice(8)}${newId().slice(13)}`;
  };

  beforeAll(async () => {
    engine = new MongoEngine(tapes, settings);
    await engine.open();
  });
  beforeEach(emptied);
  afterAll(() => engine.close());

  test("are seen by nobody, and removed by the next that opens or sweeps", async () => {
    const batch = old();
    await raw().insertMany([row(batch, "1"), row(batch, "2")]);
    expect(await engine.page(sorted)).toEqual([]);

    await engine.pending("9999", 10);

    expect(await raw().countDocuments()).toBe(0);
  });

  test("are all there where the batch was committed, however far its writer came", async () => {
    const batch = old();
    await raw().insertMany([row(batch, "1"), row(batch, "2")]);
    await raw().updateOne({ uniques: 'ids="1"' }, { $unset: { batch: "" } });
    const record = { _id: batch, of: "tapes", state: "committed" } as never;
    await mongoose.connection.collection("documents.batches").insertOne(record);

    const next = new MongoEngine(tapes, settings);
    await next.open();
    await next.close();

    expect(await engine.page(sorted)).toHaveLength(2);
    expect(await mongoose.connection.collection("documents.batches").countDocuments()).toBe(0);
  });

  test("do not hold their unique values: who wants one takes it", async () => {
    const batch = old();
    await raw().insertMany([row(batch, "1"), row(batch, "2")]);

    await engine.insert([tape(["2"]), tape(["3"])]);
    await engine.insert([tape(["1"])]);

    expect((await engine.page(sorted)).flatMap(({ ids }) => ids).toSorted()).toEqual([
      "1",
      "2",
      "3",
    ]);
  });

  test("do not come back by a writer that was only slow", async () => {
    const { Batches } = await import("../../mixins/documents/mongo/batches.ts");
    const { rowsOf } = await import("../../mixins/documents/mongo/rows.ts");
    const [rows, hasty] = [
      rowsOf("tapes"),
      new Batches(rowsOf("tapes"), () => Date.now() + 60_000),
    ];
    let swept: Promise<void> | undefined;
    const insertMany = async (...given: unknown[]) => {
      const done = await Reflect.apply(rows.insertMany, rows, given);
      swept = hasty.sweep();
      await swept;
      return done;
    };
    const slow = new Batches(
      new Proxy(rows, {
        get: (target, name) =>
          name === "insertMany" && !swept ? insertMany : Reflect.get(target, name, target),
      }),
    );
    const plain = { version: 1, createdAt: "t", updatedAt: "t", body: {} };

    const late = slow.insert([
      { _id: newId(), ...plain },
      { _id: newId(), ...plain },
    ]);

    await expect(late).rejects.toThrow("took too long");
    expect(await raw().countDocuments()).toBe(0);
  });
});

test("a field that becomes unique is unique for what was there before", async () => {
  const before = collection<Tape>({ name: "reels", indexes: {} });
  const after = collection<Tape>({ name: "reels", indexes: { ids: { unique: true } } });
  const old = new MongoEngine(before, settings);
  await old.open();
  await old.insert([tape(["a"])]);
  await old.insert([tape(["b"]), tape([])]);
  await old.close();

  const engine = new MongoEngine(after, settings);
  await engine.open();

  await expect(engine.insert([tape(["b"])])).rejects.toMatchObject({ type: Duplicate.type });
  const page = { where: { ids: "a" }, sort: { field: "id", descending: false }, limit: 5 };
  expect(await engine.page(page)).toHaveLength(1);
  await engine.close();
});

test("writers that are killed leave all of a batch or nothing, and all that was acknowledged", async () => {
  const script = new URL("./documents-mongo.child.ts", import.meta.url).pathname;
  const acknowledged: string[] = [];
  for (const name of ["a", "b", "c", "d", "e"]) {
    const child = spawn(process.execPath, [script, url.href, name]);
    const gone = once(child, "exit");
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (batch) => acknowledged.push(batch));
    await once(lines, "line");
    await pause(300 * Math.random());
    child.kill("SIGKILL");
    await gone;
  }
  // Until nobody can take the writers for alive.
  await pause(5_500);
  const leaves = collection<Stored & { batch: string }>({
    name: "leaves",
    indexes: { batch: {} },
  });
  const engine = new MongoEngine(leaves, settings);
  await engine.open();

  const counts = new Map<string, number>();
  const store = new Store(leaves, engine);
  for await (const docs of store.each()) {
    for (const { batch } of docs) counts.set(batch, (counts.get(batch) ?? 0) + 1);
  }
  const raw = mongoose.connection.collection("leaves");
  expect(await raw.countDocuments({ batch: { $exists: true } })).toBe(0);
  expect(new Set(counts.values())).toEqual(new Set([40]));
  expect(acknowledged.length).toBeGreaterThanOrEqual(5);
  for (const batch of acknowledged) expect(counts.get(batch)).toBe(40);
  await engine.close();
}, 60_000);
