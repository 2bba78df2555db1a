import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Import } from "../../services/imports/import.contract.ts";
import * as imports from "../../services/imports/imports.contract.ts";
import { call, wiring } from "../../services/shared/wire.ts";
import {
  closeHouses,
  counts,
  ended,
  filmLine,
  filmLines,
  openHouse,
  rejectsOf,
  run,
  spool,
  start,
} from "./house.ts";

afterEach(closeHouses);

/** 3,000 films, here and there a row that is rejected, repeated or a second film of its name. */
const mixed = Array.from({ length: 3_000 }, (_, index) => {
  const row = `${filmLine(index + 1)}\n`;
  if (index % 100 === 7) return `broken ${index}\n${row}`;
  if (index % 100 === 13) return row + row;
  if (index % 100 === 21)
    return `${row}${filmLine(index + 1, { href: `Other_${index}`, cast: ["X"] })}\n`;
  return row;
}).join("");

const unbroken = async () => {
  const house = await openHouse();
  const done = await run(house, "wikipedia", { films: mixed });
  return { done, content: house.films.content(), rejects: await rejectsOf(house, done) };
};

const refusing = () => {
  throw Object.assign(new Error("the films are ill"), { code: 422 });
};

const comparable = ({ quality, bytesRead, bytesTotal, ...rest }: Import) => ({
  ...counts(rest as Import),
  quality,
  bytesRead,
  bytesTotal,
});

test("every row is accounted for, and a second run leaves everything as it is", async () => {
  const house = await openHouse();

  const first = await run(house, "wikipedia", { films: mixed });
  const content = house.films.content();
  const second = await run(house, "wikipedia", { films: mixed });

  expect(counts(first)).toEqual({
    rows: 3_090,
    loaded: 3_030,
    merged: 30,
    unchanged: 0,
    rejected: 30,
  });
  expect(first.quality).toMatchObject({ duplicates: 60, near: 30 });
  expect(counts(second)).toEqual({
    rows: 3_090,
    loaded: 0,
    merged: 0,
    unchanged: 3_060,
    rejected: 30,
  });
  expect(house.films.content()).toEqual(content);
});

test("a rehearsal changes nothing and reports the same", async () => {
  const house = await openHouse();
  await run(house, "wikipedia", { films: filmLines(500, 900) });
  const before = house.films.content();

  const rehearsed = await run(house, "wikipedia", { films: mixed }, { dryRun: true });
  const after = house.films.content();
  const done = await run(house, "wikipedia", { films: mixed });

  expect(after).toEqual(before);
  expect(comparable(rehearsed)).toEqual(comparable(done));
  expect(await rejectsOf(house, rehearsed)).toEqual(await rejectsOf(house, done));
});

describe("an import that is broken off ends like one that is not", () => {
  test("when a batch was taken in but not acknowledged", async () => {
    const whole = await unbroken();
    const house = await openHouse();
    house.films.afterBatch = (batch) => (batch % 2 === 0 ? refusing() : undefined);

    const import_ = await start(house, "wikipedia", { films: mixed });
    let state = await ended(house, import_);
    for (let times = 0; times < 20 && state.status === "failed"; times++) {
      expect(state.error).toMatch(/the films are ill.*then resume the import/);
      await call(house.broker, imports.resume, { id: import_.id });
      state = await ended(house, import_);
    }

    expect(state.quality).toEqual(whole.done.quality);
    expect(counts(state)).toEqual(counts(whole.done));
    expect(await rejectsOf(house, state)).toEqual(whole.rejects);
    expect(house.films.content()).toEqual(whole.content);
  });

  test("when the house falls and stands again, by itself", async () => {
    const whole = await unbroken();
    let house = await openHouse();
    house.films.beforeBatch = () => wait(30);
    const import_ = await start(house, "wikipedia", { films: mixed });
    const waiting = await start(house, "wikipedia", { films: filmLines(1, 10) });

    for (let falls = 0; falls < 3; falls++) {
      const { batches } = house.films;
      while (house.films.batches === batches) await wait(5);
      await house.close();
      house = await openHouse(house);
    }
    const state = await ended(house, import_);

    expect(comparable(state)).toEqual(comparable(whole.done));
    expect(await rejectsOf(house, state)).toEqual(whole.rejects);
    expect(house.films.content()).toEqual(whole.content);
    expect(counts(await ended(house, waiting))).toMatchObject({ unchanged: 10 });
  });

  test("when it is cancelled and resumed", async () => {
    const whole = await unbroken();
    const house = await openHouse();
    house.films.beforeBatch = () => wait(20);
    const import_ = await start(house, "wikipedia", { films: mixed });
    while (house.films.batches < 3) await wait(5);

    const cancelled = await call(house.broker, imports.cancel, { id: import_.id });
    const again = await call(house.broker, imports.cancel, { id: import_.id });
    await call(house.broker, imports.resume, { id: import_.id });
    const state = await ended(house, import_);

    expect(cancelled.status).toBe("cancelled");
    expect(cancelled.rows).toBeLessThan(3_000);
    expect(cancelled.endedAt).not.toBeNull();
    expect(again.status).toBe("cancelled");
    expect(comparable(state)).toEqual(comparable(whole.done));
    expect(house.films.content()).toEqual(whole.content);
  });
});

test("waits for films that are away for a moment", async () => {
  const house = await openHouse();
  house.films.beforeBatch = (batch) => {
    if (batch === 1) throw Object.assign(new Error("away"), { code: 503 });
  };

  const done = await run(house, "wikipedia", { films: filmLines(1, 10) });

  expect(counts(done)).toMatchObject({ loaded: 10 });
});

describe("while the films are away", () => {
  const waiting = async () => {
    const house = await openHouse();
    house.films.beforeBatch = () => {
      throw Object.assign(new Error("away"), { code: 503 });
    };
    const import_ = await start(house, "wikipedia", { films: filmLines(1, 10) });
    // The next try is two seconds away.
    while (house.films.batches < 4) await wait(5);
    await wait(50);
    return { house, import_, at: performance.now() };
  };

  test("an import is cancelled at once, and goes on when it is asked to", async () => {
    const { house, import_, at } = await waiting();

    const cancelled = await call(house.broker, imports.cancel, { id: import_.id });
    const after = performance.now() - at;
    house.films.beforeBatch = () => {};
    await call(house.broker, imports.resume, { id: import_.id });

    expect(cancelled).toMatchObject({ status: "cancelled", error: null });
    expect(after).toBeLessThan(1_800);
    expect(await ended(house, import_)).toMatchObject({ status: "done", loaded: 10 });
  });

  test("the house stops at once", async () => {
    const { house, import_, at } = await waiting();

    await house.close();
    const after = performance.now() - at;
    house.films.beforeBatch = () => {};
    const again = await openHouse(house);

    expect(after).toBeLessThan(1_800);
    expect(await ended(again, import_)).toMatchObject({ status: "done", loaded: 10 });
  });
});

test("imports queue one by one; one that waits can be cancelled, one that is done cannot", async () => {
  const house = await openHouse();
  const { promise: asked, resolve: go } = Promise.withResolvers<void>();
  house.films.beforeBatch = () => asked;
  const first = await start(house, "wikipedia", { films: filmLines(1, 1_500) });
  const second = await start(house, "wikipedia", { films: filmLines(1, 3) });
  const third = await start(house, "wikipedia", { films: filmLines(1, 3) });

  const cancelled = await call(house.broker, imports.cancel, { id: second.id });
  go();
  const done = await ended(house, first);
  const last = await ended(house, third);
  const listed = await call(house.broker, imports.list, {});

  expect(cancelled.status).toBe("cancelled");
  expect(Date.parse(last.startedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(done.endedAt ?? ""));
  expect(listed.items.map(({ status }) => status)).toEqual(["done", "cancelled", "done"]);
  const refused = { type: "IMPORT_REFUSED", code: 409 };
  await expect(call(house.broker, imports.cancel, { id: first.id })).rejects.toMatchObject(refused);
  await expect(call(house.broker, imports.resume, { id: first.id })).rejects.toMatchObject(refused);
});

test("an unknown import, and rejects before the end, are problems that say what to do", async () => {
  const house = await openHouse();
  house.films.beforeBatch = () => wait(100);
  const { id } = await start(house, "wikipedia", { films: filmLines(1, 3) });

  await expect(call(house.broker, imports.rejects, { id })).rejects.toThrow(/wait for its end/);
  await expect(
    call(house.broker, imports.get, { id: "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11" }),
  ).rejects.toMatchObject({ type: "IMPORT_NOT_FOUND" });
  await ended(house, { id });
});

test("started twice with one idempotency key it is one import", async () => {
  const house = await openHouse();
  const files = await spool(house, { films: filmLines(1, 3) });
  const ask = () =>
    call(
      house.broker,
      imports.start,
      { source: "wikipedia", files },
      { meta: { idempotencyKey: "k" } },
    );

  const [first, second] = [await ask(), await ask()];

  expect(second.id).toBe(first.id);
  await ended(house, first);
  expect(await ask()).toMatchObject({ id: first.id, status: "done" });
});

test("the idempotency key of another person is another key", async () => {
  const house = await openHouse();
  const files = await spool(house, { films: filmLines(1, 3) });
  const ask = (id: string) => {
    const caller = { id, role: "operator", door: "admin" } as const;
    const meta = { caller, idempotencyKey: "k" };
    return call(house.broker, imports.start, { source: "wikipedia", files }, { meta });
  };

  const [first, others] = [await ask("anna"), await ask("boris")];

  expect(others.id).not.toBe(first.id);
  await ended(house, others);
  expect((await ask("anna")).id).toBe(first.id);
});

describe("the end of an import", () => {
  test("waits until the search has every film", async () => {
    const house = await openHouse();
    house.films.lag = 3;
    const import_ = await start(house, "wikipedia", { films: filmLines(1, 3) });
    const at = () => call(house.broker, imports.get, { id: import_.id });
    while ((await at()).stage !== "index") await wait(10);
    await wait(300);

    const waiting = await at();
    house.films.lag = 0;
    const done = await ended(house, import_);

    expect(waiting).toMatchObject({ status: "running", endedAt: null });
    expect(done).toMatchObject({ status: "done", error: null });
    expect(Date.parse(done.endedAt ?? "") - Date.parse(done.storedAt ?? "")).toBeGreaterThan(200);
  });

  test("does not wait for ever: it says what the search lacks", async () => {
    const house = await openHouse(undefined, { indexPatienceMs: 400 });
    house.films.lag = 3;

    const done = await run(house, "wikipedia", { films: filmLines(1, 3) });

    expect(done.status).toBe("done");
    expect(done.error).toMatch(/All rows are stored; the search lacks 3 changes/);
  });

  test("without a search in the cluster is done all the same, and says who finds nothing", async () => {
    const settings = { indexPatienceMs: 600, withoutSearch: true };
    const house = await openHouse(undefined, settings);
    const import_ = await start(house, "wikipedia", { films: filmLines(1, 3) });
    const stages = new Set<string>();

    let state = import_;
    while (state.endedAt === null) {
      await wait(10);
      state = await call(house.broker, imports.get, { id: import_.id });
      stages.add(state.stage);
    }

    expect(stages).toContain("index");
    expect(state).toMatchObject({ status: "done", stage: "done", loaded: 3 });
    expect(state.error).toMatch(/no search runs in this cluster\. Start a node with SERVICES=/);
  });

  test("leaves nothing but the reject file; what failed keeps its files", async () => {
    const house = await openHouse();
    const done = await run(house, "wikipedia", { films: filmLines(1, 3) });
    house.films.beforeBatch = refusing;
    const failed = await run(house, "wikipedia", { films: filmLines(4, 6) });

    const keys = (await house.objects.list("")).map(({ key }) => key);
    expect(keys.filter((key) => key.startsWith("uploads/"))).toEqual([failed.files[0]?.object]);
    expect(keys).toContain(`imports/${done.id}/rejects.ndjson`);
    expect(existsSync(join(house.folder, "work", done.id))).toBe(false);
    expect(existsSync(join(house.folder, "work", failed.id))).toBe(true);
  });
});

test("tells of its progress, a few times a second and at its end", async () => {
  const house = await openHouse(undefined, { batchRows: 50 });
  const heard: Import[] = [];
  house.broker.createService({
    name: "listener",
    events: wiring().hear(imports.progressed, "listener", (data) => void heard.push(data)),
  });
  house.films.beforeBatch = () => wait(10);
  const began = performance.now();

  const done = await run(house, "wikipedia", { films: filmLines(1, 2_000) });
  const seconds = (performance.now() - began) / 1_000;

  expect(heard.at(-1)).toEqual(done);
  expect(heard.some(({ status, rows }) => status === "running" && rows > 0)).toBe(true);
  expect(heard.length).toBeLessThan(6 + 5 * seconds);
  expect(done.rowsPerSecond).toBeGreaterThan(0);
});
