/** Handlers without end, files that cannot be written or read. */
import { writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { Log } from "../../mixins/channels/log/log.ts";
import { defaultRetention } from "../../mixins/channels/log/retention.ts";
import { until } from "../house/soon.ts";
import { admin, collector, lag, message, send } from "./kit.ts";
import { type LogHouse, makeLogHouse } from "./log.house.ts";

const channel = "films.v1";

let house: LogHouse;
beforeEach(async () => {
  house = await makeLogHouse();
});
afterEach(() => house.close());

test("stops although a handler never ends, and gives its message again", async () => {
  const never = () => new Promise(() => {});
  const node = await house.start(
    { channels: { [channel]: { group: "g", handler: never } } } as never,
    { stopWithinMs: 50 },
  );
  await send(node, channel, message("stuck"));
  await until(async () => (await admin(node).stats())[0]?.inFlight === 1, "it runs");
  await house.stop(node);

  const after = collector("g");
  await house.node({ [channel]: after.listening });
  await until(() => after.got.length === 1, "it came again");

  expect(after.data()).toEqual(["stuck"]);
});

test("goes on when its thread dies: nothing is lost, what runs is not given twice", async () => {
  const gate = Promise.withResolvers<void>();
  const got: unknown[] = [];
  const handler = async ({ data }: { data: unknown }) => {
    got.push(data);
    await gate.promise;
  };
  const node = await house.node({ [channel]: { group: "g", maxInFlight: 2, handler } });
  await send(node, channel, message(1), message(2), message(3));
  await until(() => got.length === 2, "two run");
  const log = Log.of({ path: house.path, retention: defaultRetention });

  await log.thread.halt();
  await send(node, channel, message(4));
  gate.resolve();
  await until(async () => (await lag(node, channel)) === 0, "nothing is left");
  await log.close();

  expect(got).toEqual([1, 2, 3, 4]);
});

test("refuses to send once the node has stopped", async () => {
  const node = await house.node({});
  await house.stop(node);

  await expect(send(node, channel, message(1))).rejects.toMatchObject({ code: "CHANNELS_CLOSED" });
});

test("writes acks again after a moment in which the file could not be written", async () => {
  const gate = Promise.withResolvers<void>();
  const node = await house.node({ [channel]: { group: "g", handler: () => gate.promise } });
  const told: string[] = [];
  const tell = (what: string) => void told.push(what);
  Object.assign(house.adapterOf(node).logger, { warn: tell, info: tell });
  await send(node, channel, message(1));
  await until(async () => (await admin(node).stats())[0]?.inFlight === 1, "it runs");
  const other = new DatabaseSync(house.path);
  other.exec("BEGIN IMMEDIATE");

  gate.resolve();
  const sending = send(node, channel, message(2));
  await expect(sending).rejects.toMatchObject({ code: "LOG_UNAVAILABLE" });
  other.exec("ROLLBACK");
  other.close();
  await until(async () => (await lag(node, channel)) === 0, "the ack is written");

  expect(told).toEqual([
    expect.stringMatching(/^The group 'g' of 'films.v1' failed \(1x\)/),
    expect.stringMatching(/works again, after \d+ failures/),
  ]);
});

test.each([
  ["is not a log", (path: string) => writeFile(path, "hello, this is no database ".repeat(99))],
  [
    "is of a newer version",
    async (path: string) => new DatabaseSync(path).exec("PRAGMA user_version = 99"),
  ],
])("does not start on a file that %s, names it, and leaves it", async (_, spoil) => {
  await spoil(house.path);

  await expect(house.node({})).rejects.toThrow(`The channels' log ${house.path}`);
});
