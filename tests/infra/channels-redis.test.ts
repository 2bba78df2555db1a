/** Channels on Redis Streams: the contract, and what is particular to them. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import type { ServiceBroker } from "moleculer";
import { Claims } from "../../mixins/channels/redis/claims.ts";
import { Line } from "../../mixins/channels/redis/connection.ts";
import { readAddress } from "../../mixins/redis/address.ts";
import { clock } from "../../services/shared/clock.ts";
import { newId } from "../../services/shared/ids.ts";
import { channelContract } from "../channels/contract.ts";
import { admin, collector, lag, message, numbers, pause, send } from "../channels/kit.ts";
import { makeRedisHouse, type RedisHouse } from "../channels/redis.house.ts";
import { freePort } from "../house/ports.ts";
import { until } from "../house/soon.ts";
import { urlOf } from "./engine-urls.ts";

const { href } = urlOf("REDIS_URL", "a Redis with appendonly yes and maxmemory-policy noeviction");
const child = fileURLToPath(new URL("../channels/redis.child.ts", import.meta.url));

channelContract("Redis Streams", () => makeRedisHouse(href));

describe("Redis Streams", () => {
  const running: ChildProcess[] = [];
  const folders: string[] = [];
  let house: RedisHouse;
  let channel: string;
  beforeEach(async () => {
    house = await makeRedisHouse(href);
    channel = `films.${newId()}.v1`;
  });
  afterEach(async () => {
    clock.set();
    for (const it of running.splice(0)) {
      if (it.exitCode === null && it.signalCode === null) {
        it.kill("SIGKILL");
        await once(it, "exit");
      }
    }
    await house.close();
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
  });

  /** A node in a process of its own. @param more of redis.child.ts */
  const spawned = (group: string, ...more: string[]) => {
    const args = [child, href, house.name, channel, group, ...more];
    const it = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    running.push(it);
    let text = "";
    it.stdout.setEncoding("utf8").on("data", (part) => {
      text += part;
    });
    const said = () => text.split("\n").slice(0, -1);
    return { it, said, has: (count: number) => until(() => said().length >= count, "it has them") };
  };

  /** Runs a node that takes messages and never ends them, until it has so many; kills it. */
  const killed = async (group: string, count: number, ordered = ""): Promise<string[]> => {
    const { it, said, has } = spawned(group, ordered);
    await has(count);
    it.kill("SIGKILL");
    await once(it, "exit");
    return said();
  };

  /** A Redis of this test alone. @returns its address, and what starts it again */
  const server = async (...settings: string[]) => {
    const folder = await mkdtemp(join(tmpdir(), "bijou-redis-"));
    folders.push(folder);
    const port = await freePort();
    const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, ...settings];
    const start = async () => {
      const it = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
      running.push(it);
      let text = "";
      it.stdout.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
      await until(() => text.includes("Ready to accept connections"), "Redis is up");
      return it;
    };
    return { url: `redis://127.0.0.1:${port}`, start };
  };

  test("what a killed node had in hand comes again elsewhere, and counts as a try", async () => {
    const sender = await house.node({});
    await send(sender, channel, message(1), message(2));
    const said = await killed("g", 2);

    const tries: [unknown, number][] = [];
    const handler = ({ data }: { data: unknown }, raw: { attempts: number }) =>
      void tries.push([data, raw.attempts]);
    await house.start({ channels: { [channel]: { group: "g", handler } } } as never, {
      idleMs: 600,
    });
    await until(() => tries.length >= 2, "both came");
    await pause(100);

    expect(said.toSorted()).toEqual(["1", "2"]);
    expect(tries.toSorted(([a], [b]) => Number(a) - Number(b))).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  test("a killed node's order of a key goes on at another node", async () => {
    const sender = await house.node({});
    const sent = numbers(20).map((n) => message(n, { key: `k${n % 2}` }));
    for (const it of sent) await send(sender, channel, it);
    await killed("g", 2, "ordered");

    const after = collector("g", { ordered: true, maxInFlight: 8 });
    await house.start(after.schema(channel) as never, { idleMs: 600 });
    await until(() => after.got.length >= 20, "all came");

    for (const key of ["k0", "k1"]) {
      const data = after.got.filter((it) => it.key === key).map((it) => Number(it.data));
      expect(data).toEqual(data.toSorted((a, b) => a - b));
    }
  });

  test("one node at a time reads for an ordered group; another goes on when it stops", async () => {
    const first = collector("g", { ordered: true });
    const second = collector("g", { ordered: true });
    const one = await house.node({ [channel]: first.listening });
    await house.node({ [channel]: second.listening });
    const sender = await house.node({});

    await send(sender, channel, ...numbers(30).map((n) => message(n)));
    await until(() => first.got.length === 30, "the first has them");
    await house.stop(one);
    await send(sender, channel, ...numbers(30).map((n) => message(30 + n)));
    await until(() => second.got.length === 30, "the second has the others");

    expect(second.data().toSorted((a, b) => Number(a) - Number(b))).toEqual(
      numbers(30).map((n) => 30 + n),
    );
  });

  test("a handler may take longer than a silent node is given", async () => {
    let runs = 0;
    const slow = {
      group: "g",
      handler: async () => {
        runs++;
        await pause(4_000);
      },
    };
    const schema = { channels: { [channel]: slow } } as never;
    const node = await house.start(schema, { idleMs: 2_000 });
    await house.start(schema, { idleMs: 2_000 });

    await send(node, channel, message("long"));
    await until(async () => (await lag(node, channel)) === 0, "it is done");

    expect(runs).toBe(1);
  });

  test("keeps what was acknowledged, and goes on, when Redis is killed and comes back", async () => {
    const own = await server("--appendonly", "yes", "--appendfsync", "always");
    const redis = await own.start();
    const other = await makeRedisHouse(own.url);
    const { data, listening } = collector("g");
    const node = await other.node({ [channel]: listening });
    await send(node, channel, message("before"));

    redis.kill("SIGKILL");
    await once(redis, "exit");
    await expect(send(node, channel, message("away"))).rejects.toMatchObject({
      code: "LOG_UNAVAILABLE",
    });
    await own.start();
    const after = message("after");
    await until(
      () =>
        send(node, channel, after).then(
          () => true,
          () => false,
        ),
      "it takes messages again",
    );
    await until(() => data().includes("after"), "all are handled");
    await other.close();

    expect(new Set(data())).toEqual(new Set(["before", "after"]));
  });

  test.each([
    ["has no append-only file", ["--appendonly", "no"], /appendonly yes/],
    [
      "may throw keys away",
      ["--appendonly", "yes", "--maxmemory-policy", "allkeys-lru"],
      /noeviction/,
    ],
  ])("does not start on a Redis that %s, and says what to set", async (_, settings, what) => {
    const own = await server(...settings);
    await own.start();
    const other = await makeRedisHouse(own.url);

    await expect(other.node({})).rejects.toThrow(what);
    await other.close();
  });

  test("drops messages whose days are over, read or not, and groups nobody reads", async () => {
    const gone = await house.node({ [channel]: collector("gone").listening });
    await house.stop(gone);
    const node = await house.start({}, { days: 1 / 86_400 });
    await send(node, channel, message(1), message(2));
    const before = await lag(node, channel);
    await pause(1_100);

    const swept = await admin(node).sweep();
    await admin(node).dropGroup(channel, "gone");

    expect(before).toBe(2);
    expect(swept).toEqual({ dropped: 2, unread: 0, letters: 0 });
    expect(await admin(node).stats()).toEqual([]);
  });

  test("a node whose clock is far ahead drops nothing, and forgets no id", async () => {
    const reader = await house.node({ [channel]: collector("g").listening });
    await house.stop(reader);
    const node = await house.node({});
    // Redis drops by the hundred: fewer would stay in any case.
    const sent = numbers(250).map((n) => message(n));
    await send(node, channel, ...sent);

    clock.set(() => Date.now() + 8 * 86_400_000);
    await send(node, channel, message("ahead"));
    const [again] = await house.adapterOf(node).send(channel, [sent[0]]);
    const left = await lag(node, channel);
    const swept = await admin(node).sweep();

    expect(again?.duplicate).toBe(true);
    expect(left).toBe(251);
    expect(swept).toEqual({ dropped: 0, unread: 0, letters: 0 });
  });

  /** Another has done four messages before it stirs again and is sent a fifth. */
  async function overtaken(
    frozen: ReturnType<typeof spawned>,
    sender: ServiceBroker,
    options: { ordered?: boolean },
  ) {
    frozen.it.kill("SIGSTOP");
    const other = collector("g", options);
    const node = await house.start(other.schema(channel) as never, { idleMs: 600 });
    await until(() => other.got.length === 4, "the other has done them");
    await house.stop(node);

    frozen.it.kill("SIGCONT");
    await send(sender, channel, message(4));
    await until(() => frozen.said().includes("4"), "it goes on");
  }

  test("a node that was frozen for longer than its lease lets go of what others did", async () => {
    const sender = await house.node({});
    const frozen = spawned("g", "ordered", "3000");
    await send(sender, channel, message(0));
    await frozen.has(1);
    await send(sender, channel, ...[1, 2, 3].map((n) => message(n)));
    await pause(200);
    await overtaken(frozen, sender, { ordered: true });

    expect(frozen.said()).toEqual(["0", "4"]);
  });

  test("a node that was frozen for too long does not begin what others did", async () => {
    const sender = await house.node({});
    await send(sender, channel, ...numbers(4).map((n) => message(n)));
    const frozen = spawned("g", "", "3000");
    await frozen.has(2);
    await pause(200);
    const begun = frozen.said();
    await overtaken(frozen, sender, {});

    expect(begun).toHaveLength(2);
    expect(frozen.said()).toEqual([...begun, "4"]);
  });

  test.each([false, true])(
    "what a stall let go comes again untried (ordered: %s)",
    async (ordered) => {
      const gate = Promise.withResolvers<void>();
      const tries: [unknown, number][] = [];
      const handler = ({ data }: { data: unknown }, raw: { attempts: number }) => {
        tries.push([data, raw.attempts]);
        return gate.promise;
      };
      const listening = { group: "g", ordered, maxInFlight: 1, handler };
      const node = await house.start({ channels: { [channel]: listening } } as never, {
        idleMs: 600,
      });
      await send(node, channel, ...numbers(4).map((n) => message(n)));
      await until(() => tries.length === 1, "one runs");
      await pause(100);

      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 900);
      gate.resolve();
      await until(async () => (await lag(node, channel)) === 0, "all are done");

      const inOrder = tries.toSorted(([a], [b]) => Number(a) - Number(b));
      expect(ordered ? tries : inOrder).toEqual(numbers(4).map((n) => [n, 0]));
    },
  );

  test.each([false, true])(
    "takes back nothing that another claimed (ordered: %s)",
    async (ordered) => {
      const gate = Promise.withResolvers<void>();
      const got: unknown[] = [];
      const handler = async ({ data }: { data: unknown }) => {
        got.push(data);
        await gate.promise;
        if (data === 0) throw new Error("others have it");
      };
      const listening = { group: "g", ordered, maxInFlight: 1, handler };
      const node = await house.start({ channels: { [channel]: listening } } as never, {
        idleMs: 600,
      });
      await send(node, channel, ...numbers(2).map((n) => message(n)));
      await until(() => got.length === 1, "one runs");
      await pause(100);
      const redis = new Redis(href);
      const places = (await redis.xrange(channel, "-", "+")).map(([place]) => place);
      await redis.xclaim(channel, "g", "another", 0, ...places, "JUSTID");
      await redis.xack(channel, "g", ...places);
      await redis.quit();
      await pause(500);

      gate.resolve();
      await send(node, channel, message(2));
      await until(() => got.includes(2), "it goes on");
      await pause(200);

      expect(got).toEqual([0, 2]);
    },
  );

  test("a node that stops loses nothing that it let go", async () => {
    const node = await house.start(collector("g").schema(channel) as never, { idleMs: 600 });
    await house.stop(node);
    await send(await house.node({}), channel, message("let go"));
    const redis = new Redis(href);
    const name = newId();
    await redis.xreadgroup("GROUP", "g", name, "COUNT", 1, "STREAMS", channel, ">");
    const address = readAddress(href);
    if (!address) throw new Error("no address");
    const line = new Line({ address, house: house.name, answerMs: 5_000 }, () => undefined);
    await line.opened();
    await new Claims(line, channel, "g", name).forget();
    line.close();
    const pending = (await redis.xpending(channel, "g")) as [number];
    await redis.quit();

    expect(pending[0]).toBe(1);
  });
});
