/** How streams and groups are declared, begun, changed and shared. */
import { connect } from "nats";
import { natsOptions } from "../../mixins/cluster/nats-options.ts";
import { newId } from "../../services/shared/ids.ts";
import {
  admin,
  collector,
  lag,
  message,
  numbers,
  pause,
  type Sent,
  send,
} from "../channels/kit.ts";
import { until } from "../house/soon.ts";
import { type JetStreamHouse, makeJetStreamHouse, natsUrl } from "./channels-jetstream.house.ts";

const channel = "films.changed.v1";
const group = "search";

let house: JetStreamHouse;
beforeEach(async () => {
  house = await makeJetStreamHouse();
});
afterEach(() => house.close());

const manager = async () => {
  const nc = await connect(natsOptions({ servers: [natsUrl()] }, "tests"));
  return { jsm: await nc.jetstreamManager(), close: () => nc.close() };
};
const stream = () => `${house.space}_films_changed_v1`;

test("declares the streams of all channels at the start, on disk and for their days", async () => {
  await house.start({}, { channels: [channel], days: 3 });
  const { jsm, close } = await manager();

  const { config } = await jsm.streams.info(stream());
  await close();

  expect(config).toMatchObject({ storage: "file", retention: "limits", num_replicas: 1 });
  expect(config.max_age).toBe(3 * 86_400_000_000_000);
});

test("mends what was declared otherwise, and a reader goes on", async () => {
  const first = collector(group);
  const before = await house.start(first.schema(channel) as object, { days: 1 });
  await send(before, channel, message(1));
  await until(() => first.got.length === 1, "it is there");
  await house.stop(before);

  const second = collector(group);
  const after = await house.start(second.schema(channel) as object, { days: 5, ackWaitMs: 7_000 });
  const { jsm, close } = await manager();
  const { config } = await jsm.streams.info(stream());
  const consumer = await jsm.consumers.info(stream(), group);
  await close();
  await send(after, channel, message(2));
  await until(() => second.got.length === 1, "the next one is there");

  expect(config.max_age).toBe(5 * 86_400_000_000_000);
  expect(consumer.config.ack_wait).toBe(7_000_000_000);
  expect(second.data()).toEqual([2]);
});

test("a consumer that acknowledges otherwise is made anew where it stood", async () => {
  const sender = await house.start({}, { channels: [channel] });
  await send(sender, channel, message(1), message(2));
  const { jsm, close } = await manager();
  await jsm.consumers.add(stream(), { durable_name: group, ack_policy: "all" as never });
  await close();
  const { got, listening } = collector(group);

  await house.node({ [channel]: listening });
  await until(() => got.length === 2, "both are there");
});

test("a consumer or a stream that is removed is declared again", async () => {
  const { got, listening } = collector(group);
  const node = await house.node({ [channel]: listening });
  const { jsm, close } = await manager();

  await jsm.consumers.delete(stream(), group);
  await send(node, channel, message(1));
  await until(() => got.length === 1, "it is there");
  await jsm.streams.delete(stream());
  await close();
  await send(node, channel, message(2));
  await until(() => got.length === 2, "the next one is there");
});

test("what stands beside the channels and is removed is declared again", async () => {
  const got: unknown[] = [];
  const handler = ({ data }: Sent) => {
    if (data === "bad") throw new Error("bad");
    got.push(data);
  };
  const node = await house.node({ [channel]: { group, handler, maxRetries: 0 } });
  const { jsm, close } = await manager();
  for (const name of ["dead", "later", "tries"])
    await jsm.streams.delete(`${house.space}__${name}`);
  await close();

  const notBefore = new Date(Date.now() + 300).toISOString();
  await send(node, channel, message("later", { notBefore }), message("bad"));
  await until(() => got.length === 1, "the late one is there");
  await until(async () => (await admin(node).deadletters.count()) === 1, "the bad one is dead");

  expect(got).toEqual(["later"]);
});

test("a new group begins at a sequence or at a time where it asks for it", async () => {
  const sender = await house.node({});
  await send(sender, channel, ...numbers(5).map((n) => message(n)));
  await pause(50);
  const time = new Date().toISOString();
  await pause(50);
  await send(sender, channel, message("new"));
  const bySequence = collector("by-sequence");
  const byTime = collector("by-time");

  await house.node({ [channel]: { ...bySequence.listening, from: { sequence: 4 } } as never });
  await house.node({ [channel]: { ...byTime.listening, from: { time } } as never });
  await until(() => bySequence.got.length >= 3 && byTime.got.length >= 1, "both have read");
  await pause(50);

  expect(bySequence.got).toHaveLength(3);
  expect(byTime.data()).toEqual(["new"]);
});

test("readers of one group that start together do not collide", async () => {
  const all = numbers(5).map(() => collector(group));
  const listening = (at: number) => ({ [channel]: all[at]?.listening as never });

  const [node] = await Promise.all(all.map((_, at) => house.node(listening(at))));
  if (!node) throw new Error("No node has started.");
  await send(node, channel, ...numbers(100).map((n) => message(n)));
  await until(async () => (await lag(node, channel)) === 0, "all are handled");

  expect(all.flatMap((it) => it.got)).toHaveLength(100);
});

test("an order is kept while readers of the group come and go", async () => {
  const done: { n: number; by: number }[] = [];
  const running = new Set<string>();
  const overlaps: string[] = [];
  const listening = (by: number) => ({
    [channel]: {
      group,
      ordered: true,
      maxInFlight: 20,
      handler: async ({ key, data }: Sent) => {
        if (running.has(key)) overlaps.push(key);
        running.add(key);
        await pause(2);
        running.delete(key);
        done.push({ n: Number(data), by });
      },
    },
  });
  const first = await house.node(listening(1));
  let sent = 0;
  let sending = true;
  const line = (async () => {
    while (sending) {
      const more = numbers(20).map((n) => message(sent + n, { key: `k${(sent + n) % 40}` }));
      sent += more.length;
      await send(first, channel, ...more);
    }
  })();

  await house.node(listening(2));
  await until(() => done.some(({ by }) => by === 2), "the second one reads");
  const third = await house.node(listening(3));
  await until(() => done.some(({ by }) => by === 3), "the third one reads");
  await house.stop(third);
  await pause(300);
  sending = false;
  await line;
  await until(() => done.length >= sent, "all are handled");

  expect(overlaps).toEqual([]);
  expect(done).toHaveLength(sent);
  for (let key = 0; key < 40; key++) {
    const own = done.map(({ n }) => n).filter((n) => n % 40 === key);
    expect(own).toEqual(own.toSorted((a, b) => a - b));
  }
});

test("a group that becomes ordered, and unordered again, goes on where it stood", async () => {
  const seen: unknown[] = [];
  for (const [at, ordered] of [false, true, false].entries()) {
    const { got, listening } = collector(group, { ordered });
    const node = await house.node({ [channel]: listening });
    await send(node, channel, ...numbers(10).map((n) => message(at * 10 + n, { key: `k${n}` })));
    await until(() => got.length >= 10, "all are there");
    await pause(50);
    seen.push(...got.map(({ data }) => data));
    await house.stop(node);
  }

  expect(seen).toHaveLength(30);
});

test.each([false, true])(
  "a handler that takes longer than the server waits is run once (ordered: %s)",
  async (ordered) => {
    let calls = 0;
    const handler = async () => {
      calls++;
      await pause(6_000);
    };
    const schema = { channels: { [channel]: { group, ordered, handler } } };
    const node = await house.start(schema as object, { ackWaitMs: 3_000 });
    await house.start(schema as object, { ackWaitMs: 3_000 });

    await send(node, channel, message(1));
    await until(async () => (await lag(node, channel)) === 0, "it is handled");

    expect(calls).toBe(1);
  },
);

test("more copies than there are servers are refused with the way out", async () => {
  const starting = house.start({}, { channels: [channel], replicas: 3 });

  await expect(starting).rejects.toThrow(/as many servers as CHANNEL_REPLICAS/);
});

test("copies that cannot be had leave the rest to be mended", async () => {
  await house.start({}, { channels: [channel], days: 1 });

  await house.start({}, { channels: [channel], days: 2, replicas: 3 });
  const { jsm, close } = await manager();
  const { config } = await jsm.streams.info(stream());
  await close();

  expect(config).toMatchObject({ num_replicas: 1, max_age: 2 * 86_400_000_000_000 });
});

test("a group is forgotten only when nobody reads for it any more", async () => {
  const { listening } = collector(group);
  const node = await house.node({ [channel]: listening });
  const operator = await house.node({});

  await expect(admin(operator).dropGroup(channel, group)).rejects.toMatchObject({
    code: "GROUP_IN_USE",
  });
  await house.stop(node);
  await until(
    () =>
      admin(operator)
        .dropGroup(channel, group)
        .then(
          () => true,
          () => false,
        ),
    "nobody asks for more",
  );

  expect(await admin(operator).stats()).toEqual([]);
});

test("houses on one server know nothing of each other", async () => {
  const other = await makeJetStreamHouse();
  const here = collector(group);
  const there = collector(group);
  const node = await house.node({ [channel]: here.listening });
  const neighbour = await other.node({ [channel]: there.listening });

  await send(node, channel, message(newId()));
  await until(() => here.got.length === 1, "it is there");
  const stats = await admin(neighbour).stats();
  await other.close();

  expect(there.got).toEqual([]);
  expect(stats).toMatchObject([{ channel, group, lag: 0 }]);
});
