/** Imports that one machine has begun and another goes on with, without what lay on the first. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Conflict, EngineAway, WriteFailed } from "../../mixins/documents/failures.ts";
import * as imports from "../../services/imports/imports.contract.ts";
import { call } from "../../services/shared/wire.ts";
import { closeHouses, counts, ended, filmLines, openHouse, rejectsOf, start } from "./house.ts";

afterEach(closeHouses);

const rows = `${filmLines(1, 50)}no row\n${filmLines(51, 900)}no row either\n${filmLines(901, 1_000)}`;

/** A house that fell in the midst of an import, and its work folder with it. */
async function fallen() {
  const house = await openHouse(undefined, { batchRows: 100 });
  house.films.beforeBatch = () => wait(20);
  const import_ = await start(house, "wikipedia", { films: rows });
  while (house.films.batches < 3) await wait(5);
  await house.close();
  await rm(join(house.folder, "work"), { recursive: true });
  house.films.beforeBatch = () => {};
  return { house, import_ };
}

test.each([
  ["the node before has written once more", Conflict({ collection: "imports", id: "x" })],
  ["the documents are away", EngineAway({ engine: "postgres" })],
  ["the disk refuses", WriteFailed({ reason: "ENOSPC" })],
])("when %s, it is begun a moment later, and the queue goes on", async (_, refusal) => {
  const { house, import_ } = await fallen();

  const other = await openHouse(house, { batchRows: 100, refusal });
  while (other.disk.refusal) await wait(5);
  const next = await start(other, "wikipedia", { films: filmLines(1, 10) });
  const done = await ended(other, import_);

  expect(done).toMatchObject({ status: "done", error: null });
  expect(counts(done)).toMatchObject({ rows: 1_002, rejected: 2 });
  expect(await rejectsOf(other, done)).toHaveLength(2);
  expect(await ended(other, next)).toMatchObject({ status: "done", unchanged: 10 });
});

test("it is begun a moment later by itself", async () => {
  const { house, import_ } = await fallen();

  const refusal = EngineAway({ engine: "postgres" });
  const other = await openHouse(house, { batchRows: 100, refusal });

  expect(await ended(other, import_)).toMatchObject({ status: "done", rows: 1_002 });
});

test("rejects that are lost while it runs keep no import from its end", async () => {
  const house = await openHouse(undefined, { batchRows: 100 });
  house.films.beforeBatch = async (batch) => {
    if (batch !== 5) return;
    await rm(join(house.folder, "work"), { recursive: true });
    throw Object.assign(new Error("the films are ill"), { code: 422 });
  };

  const import_ = await start(house, "wikipedia", { films: rows });

  expect((await ended(house, import_)).status).toBe("failed");
  await expect(call(house.broker, imports.rejects, { id: import_.id })).rejects.toThrow(
    "The import is failed: it cannot be asked for its rejects: none are kept, import it anew.",
  );
  const next = await start(house, "wikipedia", { films: filmLines(1, 10) });
  expect(await ended(house, next)).toMatchObject({ status: "done" });
});
