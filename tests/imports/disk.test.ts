/** A disk that becomes full while an import runs: the import fails with the next step. */
import { WriteFailed } from "../../mixins/documents/failures.ts";
import * as imports from "../../services/imports/imports.contract.ts";
import { call } from "../../services/shared/wire.ts";
import { closeHouses, ended, filmLines, openHouse, spool, start } from "./house.ts";

afterEach(closeHouses);

const full =
  /^The disk takes no more \(.*ENOSPC.*\)\. Free space or mend it, then resume the import\./;

test("fails and says what to do, is seen failed at once, and goes on when there is space", async () => {
  const house = await openHouse(undefined, { batchRows: 100 });
  house.films.afterBatch = (batch) => {
    if (batch === 3) house.disk.isFull = true;
  };

  const import_ = await start(house, "wikipedia", { films: filmLines(1, 1_000) });
  const failed = await ended(house, import_);
  const refused = await call(house.broker, imports.cancel, { id: import_.id }).catch((e) => e);
  await expect(call(house.broker, imports.resume, { id: import_.id })).rejects.toMatchObject({
    type: "STORAGE_FAILED",
    code: 507,
  });
  house.films.afterBatch = () => {};
  house.disk.isFull = false;
  await call(house.broker, imports.resume, { id: import_.id });
  const done = await ended(house, import_);

  expect(failed).toMatchObject({ status: "failed", rows: 200 });
  expect(failed.error).toMatch(full);
  expect(failed.error).toMatch(/What was loaded before stays: 200 of 200 rows read\.$/);
  expect(refused).toMatchObject({ type: "IMPORT_REFUSED", data: { status: "failed" } });
  expect(done).toMatchObject({ status: "done", rows: 1_000, loaded: 1_000, error: null });
  expect(house.films.kept.size).toBe(1_000);
});

test("left alone it is written down as failed by itself, and the next import has its turn", async () => {
  const house = await openHouse(undefined, { batchRows: 100 });
  house.films.afterBatch = (batch) => {
    if (batch === 3) house.disk.isFull = true;
  };
  const first = await start(house, "wikipedia", { films: filmLines(1, 1_000) });
  const second = await start(house, "wikipedia", { films: filmLines(1, 10) });
  await ended(house, first);

  house.disk.isFull = false;
  await ended(house, second);

  const { items } = await call(house.broker, imports.list, {});
  expect(items.map(({ status }) => status)).toEqual(["done", "failed"]);
});

test("a house that is closed meanwhile goes on with the import when it stands again", async () => {
  let house = await openHouse(undefined, { batchRows: 100 });
  house.films.afterBatch = (batch) => {
    if (batch === 3) house.disk.isFull = true;
  };
  const import_ = await start(house, "wikipedia", { films: filmLines(1, 1_000) });
  await ended(house, import_);

  await house.close();
  house.films.afterBatch = () => {};
  house = await openHouse(house);

  expect(await ended(house, import_)).toMatchObject({ status: "done", loaded: 1_000 });
});

test("films whose disk is full fail it with the same sentence", async () => {
  const house = await openHouse();
  house.films.beforeBatch = () => {
    throw Object.assign(WriteFailed({ reason: "ENOSPC: no space left" }), { code: 422 });
  };

  const import_ = await start(house, "wikipedia", { films: filmLines(1, 10) });

  expect((await ended(house, import_)).error).toMatch(full);
});

test("a start and an upload are refused with 507", async () => {
  const house = await openHouse();
  const [file = { name: "", object: "" }] = await spool(house, { films: filmLines(1, 3) });
  const { size, sha256 } = await house.objects.head(file.object);
  house.disk.isFull = true;

  const asked = [
    call(house.broker, imports.receive, { ...file, size, sha256 }),
    call(house.broker, imports.start, { source: "wikipedia", files: [file] }),
  ];

  const refusal = { type: "STORAGE_FAILED", code: 507 };
  await Promise.all(asked.map((one) => expect(one).rejects.toMatchObject(refusal)));
  house.disk.isFull = false;
});
