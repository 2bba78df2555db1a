/** Doors of two nodes over a Redis of the test's own, which is killed and frozen under load. */
import { setTimeout as pause } from "node:timers/promises";
import { Limits } from "../../mixins/limits/limits.ts";
import { readAddress } from "../../mixins/redis/address.ts";
import { openRedis } from "../../mixins/redis/client.ts";
import { Presence } from "../../mixins/redis/presence.ts";
import { isOutage } from "../../mixins/resilience/failure.ts";
import { Responses } from "../../mixins/resilience/responses.ts";
import { RedisResponses } from "../../mixins/resilience/responses-redis.ts";
import { actors, film, filmId } from "../gateway/actors.ts";
import { type Answered, askAt, closeHouses, openHouse } from "../gateway/house.ts";
import { closeServers, ownRedis, type Server } from "./redis-kit.ts";

const path = `/v1/films/${filmId}`;
const closing: (() => void)[] = [];
let redis: Server;

beforeAll(async () => {
  redis = await ownRedis(["maxmemory 64mb", "maxmemory-policy allkeys-lru"]);
});
afterAll(async () => {
  await closeHouses();
  for (const close of closing) close();
  await closeServers();
});

/** A node with a door, and with what a process has of Redis. @param house tells tests apart */
async function node(house: string, perAddress = 1_000_000) {
  const address = readAddress(redis.url);
  if (!address) throw new Error("That is no address of a Redis.");
  const client = openRedis(address, { answerMs: 200, failed: () => undefined });
  const presence = new Presence(client);
  closing.push(() => {
    presence.close();
    client.disconnect();
  });
  const cache = () => ({ client, presence });
  const elsewhere = new RedisResponses({ cache, house, now: Date.now });
  const responses = new Responses({
    ...{ elsewhere, mostBytes: 1_000_000, reviseMs: 10_000, standInMs: 60_000 },
    ...{ isOutage, now: Date.now },
  });
  const rates = { seconds: 60, address: perAddress, user: 1, key: 1 };
  const films = actors();
  const { server } = await openHouse({
    ...{ services: films.services, responses },
    limits: new Limits(rates, { house, shared: cache }),
  });
  while (!presence.isThere) await pause(10);
  return { ask: askAt(server), films, responses, presence };
}

const left = ({ headers }: Answered) => Number(headers["ratelimit-remaining"]);
const backAgain = async (nodes: { presence: Presence }[]) => {
  while (!nodes.every(({ presence }) => presence.isThere)) await pause(20);
};

describe("two nodes with one Redis", () => {
  test("ask an actor once for an answer, and both forget it when it is written", async () => {
    const [one, other] = [await node("kept"), await node("kept")];

    const first = await one.ask(path);
    const second = await other.ask(path);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.text).toBe(first.text);
    expect(second.headers.etag).toBe(first.headers.etag);
    expect([one.films.calls.length, other.films.calls.length]).toEqual([1, 0]);

    other.films.get = () => film({ title: "Renamed" });
    one.responses.clear("films");
    other.responses.clear("films");
    const renamed = await other.ask(path);
    expect(renamed.text).toContain("Renamed");
    expect((await one.ask(path)).text).toContain("Renamed");
    expect(one.films.calls).toHaveLength(1);
  });

  test("do not give what was written about while one of them was not told", async () => {
    const [one, other] = [await node("told"), await node("told")];
    await one.ask(path);
    one.films.get = () => film({ title: "Renamed" });
    other.films.get = () => film({ title: "Renamed" });

    // The event reached the first only; the second has nothing in its own memory.
    one.responses.clear("films");

    expect((await other.ask(path)).text).toContain("Renamed");
  });

  test("count requests together", async () => {
    const [one, other] = [await node("counted", 5), await node("counted", 5)];

    const statuses: number[] = [];
    for (const { ask } of [one, other, one, other, one, other, one]) {
      statuses.push((await ask(path)).status);
    }

    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
  });
});

/** Asks from several sides until told to stop. */
function load(ask: (path: string) => Promise<Answered>) {
  const took: number[] = [];
  const bad: unknown[] = [];
  let stopped = false;
  const side = async (i: number) => {
    for (let n = 0; !stopped; n++) {
      const began = performance.now();
      // In turn what is kept, and a list that nobody has asked for yet.
      const list = `/v1/films?limit=${1 + (n % 99)}&yearFrom=${1_900 + i}`;
      const answer = await ask(n % 2 ? path : list).catch((error) => error);
      took.push(performance.now() - began);
      if (answer.status !== 200) bad.push(answer.text ?? answer);
    }
  };
  const sides = [0, 1, 2, 3].map(side);
  return {
    took,
    bad,
    async stop() {
      stopped = true;
      await Promise.all(sides);
    },
  };
}

const troubles: [string, () => unknown, () => unknown][] = [
  ["killed", () => redis.kill(), () => redis.start()],
  ["frozen", () => redis.freeze(), () => redis.thaw()],
];

test.each(troubles)(
  "a door answers as before while its Redis is %s, and uses it again afterwards",
  async (name, trouble, mend) => {
    const one = await node(`load-${name}`);
    const running = load(one.ask);
    await pause(500);
    const calm = running.took.splice(0).toSorted((a, b) => a - b);

    await trouble();
    await pause(2_500);
    const during = running.took.splice(0);
    await mend();
    await backAgain([one]);
    await running.stop();

    expect(running.bad).toEqual([]);
    // Whoever was inside when it went waits for 200 ms at most; nobody after them.
    const usual = calm[Math.floor(calm.length * 0.99)] ?? 0;
    const slow = during.filter((ms) => ms > Math.max(150, usual * 3));
    expect(slow.length).toBeLessThanOrEqual(8);
    expect(during.length).toBeGreaterThan(calm.length);
  },
  60_000,
);

test("limits are this node's own while Redis is away, and all nodes' afterwards", async () => {
  const [one, other] = [await node("own", 100), await node("own", 100)];
  for (let i = 0; i < 10; i++) await one.ask(path);
  expect(left(await other.ask(path))).toBe(89);

  await redis.kill();
  const alone = [left(await one.ask(path)), left(await one.ask(path)), left(await other.ask(path))];
  expect(alone).toEqual([99, 98, 99]);

  await redis.start();
  await backAgain([one, other]);
  await one.ask(path);
  expect(left(await other.ask(path))).toBe(98);
});

test("a write that could not be said is said when Redis is back, and nothing old is given until then", async () => {
  const [one, other] = [await node("unsaid"), await node("unsaid")];
  await one.ask(path);
  redis.freeze();
  one.films.get = () => film({ title: "Renamed" });
  other.films.get = () => film({ title: "Renamed" });
  one.responses.clear("films");
  await pause(300);
  redis.thaw();
  await backAgain([one, other]);

  expect((await one.ask(path)).text).toContain("Renamed");
  // The first says it within a second of Redis being back.
  await pause(1_500);
  expect((await other.ask(path)).text).toContain("Renamed");
});
