/** Files that were sent and never used, and those that are still needed. */
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import * as imports from "../../services/imports/imports.contract.ts";
import { clock } from "../../services/shared/clock.ts";
import { call } from "../../services/shared/wire.ts";
import { until } from "../house/soon.ts";
import { closeHouses, ended, filmLines, type House, openHouse } from "./house.ts";

afterEach(async () => {
  clock.set();
  await closeHouses();
});

const monday = Date.parse("2026-01-05T10:00:00.000Z");
const dayMs = 86_400_000;

/** Sends a file as a door does. */
async function send({ objects, broker }: House, text: string) {
  const object = `uploads/${randomUUID()}`;
  const { size, sha256 } = await objects.put(object, Readable.from([Buffer.from(text)]));
  await call(broker, imports.receive, { name: "films", object, size, sha256 });
  return { name: "films", object };
}
const keysOf = async ({ objects }: House): Promise<string[]> =>
  (await objects.list("")).map(({ key }) => key);
const startOf = ({ broker }: House, file: { name: string; object: string }) =>
  call(broker, imports.start, { source: "wikipedia", files: [file] });

/** The house as it is so many days later, after a restart: it sweeps when it starts. */
async function later(house: House, days: number): Promise<House> {
  await house.close();
  clock.set(monday + days * dayMs);
  const again = await openHouse(house);
  // The start of an import waits until the sweep is over.
  await startOf(again, { name: "none", object: "uploads/none" }).catch(() => {});
  return again;
}

test("a file that no import used is swept after the days that are set, and not before", async () => {
  clock.set(monday);
  let house = await openHouse();
  const { object } = await send(house, filmLines(1, 3));
  const other = "uploads/of-another-actor";
  await house.objects.put(other, Readable.from([Buffer.from("kept")]));

  house = await later(house, 6.9);
  const before = await keysOf(house);
  house = await later(house, 7);

  expect(before).toEqual(expect.arrayContaining([object, other]));
  expect(await keysOf(house)).toEqual([other]);
});

test("a file that a failed import needs stays, and is read when that is resumed", async () => {
  clock.set(monday);
  let house = await openHouse();
  house.films.beforeBatch = () => {
    throw Object.assign(new Error("ill"), { code: 422 });
  };
  const { id } = await startOf(house, await send(house, filmLines(1, 3)));
  expect((await ended(house, { id })).status).toBe("failed");

  house = await later(house, 6.9);
  house.films.beforeBatch = () => {};
  await call(house.broker, imports.resume, { id });

  expect(await ended(house, { id })).toMatchObject({ status: "done", loaded: 3 });
  // It is let go of behind the end.
  while ((await keysOf(house)).length > 1) await new Promise((done) => setTimeout(done, 10));
  expect(await keysOf(house)).toEqual([`imports/${id}/rejects.ndjson`]);
});

test("a failed import that nobody resumes lets go of its file in time, and says so when asked", async () => {
  clock.set(monday);
  let house = await openHouse();
  house.films.beforeBatch = () => {
    throw Object.assign(new Error("ill"), { code: 422 });
  };
  const file = await send(house, filmLines(1, 3));
  const { id } = await startOf(house, file);
  await ended(house, { id });

  house = await later(house, 7);
  const left = await keysOf(house);
  await call(house.broker, imports.resume, { id });
  const again = await ended(house, { id });

  expect(left).toEqual([`imports/${id}/rejects.ndjson`]);
  expect(again).toMatchObject({ status: "failed" });
  expect(again.error).toContain("Send it again");
});

test("a file that two imports use stays until the second is done", async () => {
  const house = await openHouse();
  house.films.beforeBatch = () => wait(50);
  const file = await send(house, filmLines(1, 3));

  const [first, second] = [await startOf(house, file), await startOf(house, file)];

  expect(await ended(house, first)).toMatchObject({ status: "done", loaded: 3 });
  expect(await ended(house, second)).toMatchObject({ status: "done", unchanged: 3 });
  // It is let go of behind the end.
  await until(async () => !(await keysOf(house)).includes(file.object), "it is gone");
});
