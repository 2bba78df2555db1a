/** A PostgreSQL that freezes, dies, comes late or takes nothing: one of the test's own. */
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { collection, type Stored } from "../../mixins/documents/collection.ts";
import { PostgresEngine } from "../../mixins/documents/postgres/engine.ts";
import { Server, type ServerSettings } from "../../mixins/documents/postgres/server.ts";
import { isOutage } from "../../mixins/resilience/failure.ts";
import { newId } from "../../services/shared/ids.ts";
import { until } from "../house/soon.ts";
import { type Line, line } from "./line.ts";
import { OwnPostgres } from "./postgres-server.ts";

interface Note extends Stored {
  text: string;
}
const notes = collection<Note>({ name: "notes", indexes: {} });
const note = (id = newId()): Note => ({
  ...{ id, version: 1, createdAt: "t", updatedAt: "t" },
  text: "x",
});

let own: OwnPostgres;
const warnings: string[] = [];
const open: PostgresEngine<Note>[] = [];
beforeAll(async () => {
  own = await OwnPostgres.make();
});
afterAll(() => own.remove());
beforeEach(() => {
  warnings.length = 0;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
});

function make(more: Partial<ServerSettings> = {}): PostgresEngine<Note> {
  const server = new Server({
    ...{ url: own.url, connections: 4, slowMs: 60_000, connectMs: 1_000, answerMs: 1_000 },
    ...more,
  });
  const warn = (text: string) => warnings.push(text);
  const engine = new PostgresEngine(notes, { server, schema: "house", warn });
  open.push(engine);
  return engine;
}
/** How it ended, and that it ended. */
const ending = (promise: Promise<unknown>) =>
  Promise.race([
    promise.then(
      () => "done",
      (error) => (isOutage(error) ? "outage" : `${error}`),
    ),
    setTimeout(8_000, "hangs", { ref: false }),
  ]);
/** A server that was away is not there at once. */
const back = (engine: PostgresEngine<Note>) =>
  until(async () => (await ending(engine.byIds(["nobody"]))) === "done", "the server is back");

test("waits at start for a server that is away, says so, and opens when it comes", async () => {
  const engine = make();
  const opened = engine.open();
  await until(() => warnings.length > 0, "it says so");
  expect(warnings[0]).toMatch(/^notes: PostgreSQL at 127\.0\.0\.1:\d+\/postgres is away: .*ECONN/);

  await own.start();
  await opened;

  await engine.insert([note("late")]);
  expect(await engine.byIds(["late"])).toHaveLength(1);
});

test("stops waiting when it is closed", async () => {
  await own.kill();
  const engine = make();
  const opened = engine.open();
  await setTimeout(100);

  await engine.close();

  expect(await ending(opened)).toBe("done");
  await own.start();
});

test("a frozen server is an outage in time, for everybody who asks, and recovers by itself", async () => {
  const engine = make();
  await engine.open();
  await engine.insert([note("before")]);

  own.freeze();
  const all = await Promise.all([
    ...Array.from({ length: 8 }, () => ending(engine.byIds(["before"]))),
    ending(engine.insert([note()])),
    ending(engine.replace({ ...note("before"), version: 2 }, 1)),
  ]);
  own.thaw();

  expect(new Set(all)).toEqual(new Set(["outage"]));
  await back(engine);
  await engine.insert([note("after")]);
  expect(await engine.byIds(["before", "after"])).toHaveLength(2);
});

test("closes though the server is frozen", async () => {
  const engine = make();
  await engine.open();

  own.freeze();
  const closed = await ending(engine.close());
  own.thaw();

  expect(closed).toBe("done");
});

test("a killed server loses no acknowledged write, and nothing is written twice", async () => {
  const engine = make();
  await engine.open();
  const acknowledged: string[] = [];
  const outcomes = new Set<string>();
  let writing = true;
  const writers = Array.from({ length: 4 }, async () => {
    while (writing) {
      const doc = note();
      const outcome = await ending(engine.insert([doc]));
      outcomes.add(outcome);
      if (outcome === "done") acknowledged.push(doc.id);
      else await setTimeout(50);
    }
  });

  await setTimeout(300);
  await own.kill();
  await setTimeout(1_500);
  await own.start();
  await back(engine);
  await setTimeout(300);
  writing = false;
  await Promise.all(writers);

  expect(outcomes).toEqual(new Set(["done", "outage"]));
  expect(await engine.byIds(acknowledged)).toHaveLength(acknowledged.length);
});

describe("over a line that is cut for a moment", () => {
  let through: Line;
  let engine: PostgresEngine<Note>;
  beforeEach(async () => {
    through = await line(new URL(own.url), 5_432);
    engine = make({ url: through.url, answerMs: 4_000 });
    await engine.open();
  });
  afterEach(() => through.close());

  test("what could not be sent is sent again", async () => {
    through.cut();
    await setTimeout(20);
    const [read, write] = [ending(engine.byIds(["late"])), ending(engine.insert([note("sent")]))];
    await setTimeout(100);
    through.mend();

    expect([await read, await write]).toEqual(["done", "done"]);
    expect(await engine.byIds(["sent"])).toHaveLength(1);
  });

  test("a read under way is asked again; a write is an outage, and there once if asked again", async () => {
    const locker = new pg.Client(own.url);
    await locker.connect();
    await locker.query("begin; lock table house.notes in access exclusive mode");
    const [read, write] = [ending(engine.byIds(["late"])), ending(engine.insert([note("w")]))];
    const waiting = "select count(*)::int as count from pg_locks where not granted";
    await until(async () => (await locker.query(waiting)).rows[0].count === 2, "both wait");

    through.cut();
    through.mend();
    await locker.query("commit");
    await locker.end();

    expect([await read, await write]).toEqual(["done", "outage"]);
    await ending(engine.insert([note("w")]));
    expect(await engine.byIds(["w"])).toHaveLength(1);
  });
});

test("a server that takes no writes is a write that failed, with its reason", async () => {
  const engine = make();
  await engine.open();
  const reload = "select pg_reload_conf()";
  await own.ask("alter system set default_transaction_read_only = on", reload);
  // The server tells its connections soon.
  await until(async () => (await ending(engine.insert([note()]))) !== "done", "it refuses");

  await expect(engine.insert([note()])).rejects.toMatchObject({
    type: "STORAGE_FAILED",
    data: { reason: expect.stringContaining("read-only") },
  });

  expect(await engine.byIds(["late"])).toHaveLength(1);
  const writable = "set default_transaction_read_only = off";
  await own.ask(writable, "alter system reset all", reload);
});

test("a database that is not there is not waited for", async () => {
  const engine = make({ url: own.url.replace("/postgres", "/nowhere") });

  await expect(engine.open()).rejects.toThrow('database "nowhere" does not exist');
});
