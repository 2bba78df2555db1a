/** What is particular to the log: its arrays, its clock, its retention, its groups. */
import { DatabaseSync } from "node:sqlite";
import { defaultRetention } from "../../mixins/channels/log/retention.ts";
import { clock } from "../../services/shared/clock.ts";
import { until } from "../house/soon.ts";
import { admin, collector, lag, message, numbers, pause, send } from "./kit.ts";
import { type LogHouse, makeLogHouse } from "./log.house.ts";

const channel = "films.v1";
const hour = 3_600_000;

let house: LogHouse;
beforeEach(async () => {
  house = await makeLogHouse();
});
afterEach(async () => {
  clock.set();
  await house.close();
});

const rows = (sql: string): number => {
  const db = new DatabaseSync(house.path, { readOnly: true });
  const found = Number(db.prepare(sql).get()?.n);
  db.close();
  return found;
};
const stored = () => rows("SELECT count(*) AS n FROM log");

test("takes an array, in its order, and says which ids it knew", async () => {
  const { data, listening } = collector("g", { ordered: true });
  const node = await house.node({ [channel]: listening });
  const sent = numbers(1200).map((n) => message(n));

  const receipts = await house.adapterOf(node).send(channel, [...sent, sent[5]]);
  await until(() => data().length === 1200, "all are handled");

  expect(data()).toEqual(numbers(1200));
  expect(receipts.map((it) => it.duplicate)).toEqual([...sent.map(() => false), true]);
});

test("waits by the house's clock, not by the time that passes", async () => {
  const { got, listening } = collector("g");
  const node = await house.node({ [channel]: listening });
  const notBefore = new Date(Date.now() + hour).toISOString();
  await send(node, channel, message("in an hour", { notBefore }));
  await pause(30);
  const early = got.length;

  clock.set(() => Date.now() + hour + 1000);
  await send(node, channel, message("then"));
  await until(() => got.length === 2, "both are there");

  expect(early).toBe(0);
});

test("drops old messages that all groups have done, and no others", async () => {
  const node = await house.node({ [channel]: collector("done").listening });
  await send(node, channel, ...numbers(1100).map((n) => message(n)));
  await until(async () => (await lag(node, channel)) === 0, "all are handled");
  clock.set(() => Date.now() + 8 * 24 * hour);
  const old = message("not done", { notBefore: new Date(clock.now() + hour).toISOString() });
  await send(node, channel, old);

  const swept = await house.adapterOf(node).sweep();

  expect(swept).toEqual({ dropped: 1100, unread: 0, letters: 0 });
  expect(stored()).toBe(1);
});

test("keeps for a known group what it has not read, until the hard limit", async () => {
  const retention = { ...defaultRetention, messages: 10, unread: 50 };
  const reader = await house.start(collector("asleep").schema(channel) as never, { retention });
  await house.stop(reader);
  const node = await house.start({}, { retention });
  await send(node, channel, ...numbers(40).map((n) => message(n)));

  const kept = await house.adapterOf(node).sweep();
  await send(node, channel, ...numbers(40).map((n) => message(40 + n)));
  const over = await house.adapterOf(node).sweep();

  expect(kept).toEqual({ dropped: 0, unread: 0, letters: 0 });
  expect(over).toEqual({ dropped: 30, unread: 30, letters: 0 });
  expect(await lag(node, channel)).toBe(50);
});

test("a group that put off too much takes messages again when the limit dropped them", async () => {
  const retention = { ...defaultRetention, messages: 5, unread: 10 };
  const got: unknown[] = [];
  const handler = ({ data }: { data: unknown }) => {
    got.push(data);
    if (data === 0) throw new Error("not yet");
  };
  const node = await house.start(
    { channels: { [channel]: { group: "g", ordered: true, handler } } } as never,
    { retention, backoff: { baseMs: hour, factor: 1, maxMs: hour } },
  );
  // All of one key: the first waits to be tried again, the others are held back by it.
  const count = 10_100;
  await house.adapterOf(node).send(
    channel,
    numbers(count).map((n) => message(n)),
  );
  await until(() => rows("SELECT count(*) AS n FROM pending") >= 10_000, "too much is put off");

  await house.adapterOf(node).sweep();
  await until(async () => (await lag(node, channel)) === 0, "what is left is done");
  await send(node, channel, message("after"));
  await until(() => got.includes("after"), "it goes on");

  expect(got).toEqual([0, ...numbers(10).map((n) => count - 10 + n), "after"]);
});

test("a message that was dropped while it ran does not let two of its key run", async () => {
  const retention = { ...defaultRetention, messages: 1, unread: 5 };
  const gates = numbers(10).map(() => Promise.withResolvers<void>());
  const got: number[] = [];
  const handler = async ({ data }: { data: number }) => {
    got.push(data);
    await gates[data]?.promise;
  };
  const node = await house.start(
    { channels: { [channel]: { group: "g", ordered: true, handler } } } as never,
    { retention },
  );
  await send(node, channel, ...numbers(10).map((n) => message(n)));
  await until(() => rows("SELECT count(*) AS n FROM pending") === 10, "they are taken");

  await house.adapterOf(node).sweep();
  await until(() => got.length === 2, "the next runs");
  gates[0]?.resolve();
  await pause(50);
  const meanwhile = [...got];
  for (const gate of gates) gate.resolve();
  await until(async () => (await lag(node, channel)) === 0, "all are done");

  expect(meanwhile).toEqual([0, 5]);
  expect(got).toEqual([0, 5, 6, 7, 8, 9]);
});

test("redrives a message that the log has forgotten, to its group alone", async () => {
  let broken = true;
  const seen: unknown[] = [];
  const handler = (it: { data: unknown }) => {
    if (broken) throw new Error("broken");
    seen.push(it.data);
  };
  const other = collector("other");
  const node = await house.node({ [channel]: { group: "g", maxRetries: 0, handler } });
  await house.node({ [channel]: other.listening });
  await send(node, channel, message("kept with the letter"));
  await until(async () => (await admin(node).deadletters.count()) === 1, "it is dead");
  await until(async () => (await lag(node, channel)) === 0, "the other has it");
  clock.set(() => Date.now() + 8 * 24 * hour);
  await house.adapterOf(node).sweep();
  const forgotten = stored();
  broken = false;

  await admin(node).deadletters.redrive({ group: "g" });
  await until(() => seen.length === 1, "it is handled");

  expect(forgotten).toBe(0);
  expect(seen).toEqual(["kept with the letter"]);
  expect(other.got).toHaveLength(1);
});

test("forgets a group that is dropped, but not one that is read", async () => {
  const gone = await house.node({ [channel]: collector("gone").listening });
  await house.stop(gone);
  const node = await house.node({ [channel]: collector("here").listening });
  await send(node, channel, message(1));

  await admin(node).dropGroup(channel, "gone");
  await admin(node).dropGroup(channel, "never was");

  expect((await admin(node).stats()).map((it) => it.group)).toEqual(["here"]);
  await expect(admin(node).dropGroup(channel, "here")).rejects.toThrow(/Stop the service/);
});
