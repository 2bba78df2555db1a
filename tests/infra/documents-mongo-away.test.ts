/** A MongoDB that is not there yet, goes away, freezes and comes back: over a line to MONGO_URL. */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import mongoose from "mongoose";
import { collection, type Stored } from "../../mixins/documents/collection.ts";
import { EngineAway } from "../../mixins/documents/failures.ts";
import { MongoEngine } from "../../mixins/documents/mongo/engine.ts";
import { isOutage } from "../../mixins/resilience/failure.ts";
import { newId } from "../../services/shared/ids.ts";
import { urlOf } from "./engine-urls.ts";
import { line } from "./line.ts";

const url = urlOf("MONGO_URL", "a MongoDB");
url.pathname = `bijou-test-${randomUUID().slice(0, 8)}`;
const notes = collection<Stored>({ name: "notes", indexes: {} });
const note = (): Stored => ({ id: newId(), version: 1, createdAt: "t", updatedAt: "t" });
const patienceMs = 12_000;
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

/** What a task ends in, and whether that was in time. */
async function outcome(task: Promise<unknown>) {
  const began = performance.now();
  const error = await task.then(
    () => undefined,
    (thrown) => thrown,
  );
  return { error, inTime: performance.now() - began < patienceMs };
}

test("with a URL that says nonsense ends the start at once, and says so", async () => {
  const wrong = new URL(url);
  wrong.searchParams.set("maxPoolSize", "many");
  const engine = new MongoEngine(notes, {
    url: wrong.href,
    ...{ database: "unused", slowMs: 1_000 },
    warn: () => undefined,
  });

  await expect(engine.open()).rejects.toThrow(/maxPoolSize/i);
});

test("is waited for at start; away or frozen it is an outage in time; back, all goes on", async () => {
  const way = await line(url, 27_017);
  closing.push(() => way.close());
  way.cut();
  const warnings: string[] = [];
  const engine = new MongoEngine(notes, {
    url: way.url,
    ...{ database: "unused", slowMs: 1_000 },
    warn: (text) => warnings.push(text),
  });
  closing.push(() => engine.close());
  const opening = engine.open();
  while (warnings.length < 2) await pause(50);
  expect(warnings[1]).toMatch(/notes: MongoDB is away: .+ tried again in 0.5 s/);
  way.mend();
  await opening;
  const kept = note();
  await engine.insert([kept]);

  for (const trouble of [() => way.cut(), () => way.freeze()]) {
    trouble();
    const all = await Promise.all([
      outcome(engine.byIds([kept.id])),
      outcome(engine.insert([note()])),
      outcome(engine.insert([note(), note()])),
      outcome(engine.replace({ ...kept, version: 2 }, 1)),
    ]);
    for (const { error, inTime } of all) {
      expect(error).toMatchObject({ type: EngineAway.type, code: 503 });
      expect(isOutage(error)).toBe(true);
      expect(inTime).toBe(true);
    }
    way.mend();
    while ((await outcome(engine.byIds([]))).error) await pause(200);
    expect((await engine.byIds([kept.id]))[0]?.id).toBe(kept.id);
    await engine.insert([note(), note()]);
  }

  expect(warnings.join("\n")).toMatch(/notes: insert of 1 took \d+ ms/);
  await mongoose.connection.db?.dropDatabase();
}, 120_000);
