/** Redis behind sentinels, as a cluster, and one that would lose what it is given. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { collection, type Stored } from "../../mixins/documents/collection.ts";
import { EngineAway } from "../../mixins/documents/failures.ts";
import { RedisEngine } from "../../mixins/documents/redis/engine.ts";
import { Limits } from "../../mixins/limits/limits.ts";
import { readAddress } from "../../mixins/redis/address.ts";
import { type Client, openListener } from "../../mixins/redis/client.ts";
import { mustBeDurable } from "../../mixins/redis/durable.ts";
import { Presence } from "../../mixins/redis/presence.ts";
import { RedisResponses } from "../../mixins/resilience/responses-redis.ts";
import { newId } from "../../services/shared/ids.ts";
import { documentsContract } from "../documents/contract.ts";
import { certificate } from "../imports/certificate.ts";
import {
  closeServers,
  connected,
  copied,
  direct,
  leading,
  ownCluster,
  ownRedis,
  ownSentinels,
  wiped,
} from "./redis-kit.ts";

const durable = ["appendonly yes", "maxmemory-policy noeviction"];
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  await closeServers();
});

async function client(url: string, answerMs?: number): Promise<Client> {
  const made = await connected(url, answerMs);
  closing.push(() => made.disconnect());
  return made;
}
const engineOn = <D extends Stored>(of: ReturnType<typeof collection<D>>, on: Client) =>
  new RedisEngine<D>(of, {
    ...{ client: on, house: "tests", slowMs: 60_000, warn: () => undefined },
    ready: () => mustBeDurable(on),
  });

const notes = collection<Stored>({ name: "notes", indexes: {} });
const note = (): Stored => ({ id: newId(), version: 1, createdAt: "t", updatedAt: "t" });

async function heard(url: string, speaking: Client): Promise<string> {
  const address = readAddress(url);
  if (!address) throw new Error("That is no address of a Redis.");
  const listening = openListener(address, { failed: () => undefined });
  closing.push(() => listening.disconnect());
  const told = once(listening, "message", { signal: AbortSignal.timeout(10_000) });
  await listening.subscribe("news");
  await speaking.publish("news", "all is well");
  const [, text] = await told;
  return text;
}

const cluster = await ownCluster(durable);

documentsContract("a Redis cluster", await onCluster());
async function onCluster() {
  const on = await client(cluster.url);
  return {
    make: (of: Parameters<typeof engineOn<never>>[0]) => engineOn(of, on) as never,
    wipe: () => wiped(on, "*"),
  };
}

describe("a cluster of three masters", () => {
  test("keeps documents of several collections, each on one node", async () => {
    const on = await client(cluster.url);
    const names = ["a", "b", "c", "d", "e", "f"];
    const engines = names.map((name) => engineOn(collection<Stored>({ name, indexes: {} }), on));
    for (const engine of engines) await engine.open();

    await Promise.all(engines.map((engine) => engine.insert([note(), note()])));

    const page = { where: {}, sort: { field: "id", descending: false }, limit: 5 };
    for (const engine of engines) expect(await engine.page(page)).toHaveLength(2);
    const holding = await Promise.all(
      cluster.nodes.map(async ({ port }) => {
        const node = direct(port);
        const keys = await node.keys("{tests:*");
        node.disconnect();
        return keys.length > 0;
      }),
    );
    expect(holding.filter(Boolean).length).toBeGreaterThan(1);
  });

  test("counts limits, keeps answers and carries what is published", async () => {
    const on = await client(cluster.url);
    const presence = new Presence(on);
    closing.push(() => presence.close());
    const rates = { seconds: 60, address: 100, user: 1, key: 1 };
    const shared = () => ({ client: on, presence });
    const [one, other] = [0, 1].map(() => new Limits(rates, { house: "tests", shared }));
    const answers = new RedisResponses({ cache: shared, house: "tests", now: Date.now });
    const entry = {
      ...{ body: Buffer.from("body"), tag: "t", language: undefined, madeOf: ["films", "people"] },
      ...{ at: Date.now(), freshUntil: Date.now() + 60_000, usableUntil: Date.now() + 60_000 },
    };

    for (let i = 0; i < 20; i++) await one?.take("address", `192.0.2.${i}`);
    expect((await other?.take("address", "192.0.2.7"))?.remaining).toBe(98);
    const looked = await answers.look("key", entry.madeOf);
    answers.keep("key", entry, looked?.mark ?? "");
    expect((await answers.look("key", entry.madeOf))?.entry?.body.toString()).toBe("body");
    answers.clear("people");
    await pause(50);
    expect((await answers.look("key", entry.madeOf))?.entry).toBeUndefined();
    expect(await heard(cluster.url, on)).toBe("all is well");
  });
});

describe("a server behind sentinels", () => {
  test("is followed to its replica when it dies, and when the next one freezes", async () => {
    const { master, replica, url } = await ownSentinels(durable);
    const [on, cache] = [await client(url, 1_000), await client(url, 200)];
    const presence = new Presence(cache);
    closing.push(() => presence.close());
    const engine = engineOn(notes, on);
    await engine.open();
    const kept = note();
    await engine.insert([kept]);

    for (const trouble of ["kill", "freeze"] as const) {
      const leader = await leading([master, replica]);
      await leader[trouble]();
      let refused = 0;
      for (let done = false; !done; ) {
        try {
          await engine.insert([note()]);
          done = true;
        } catch (error) {
          expect(error).toMatchObject({ type: EngineAway.type });
          refused++;
          await pause(100);
        }
      }
      expect(refused).toBeGreaterThan(0);
      expect((await engine.byIds([kept.id]))[0]?.id).toBe(kept.id);
      while ((await presence.ask(() => cache.set("cached", "yes"))) !== "OK") await pause(50);
      expect(await heard(url, cache)).toBe("all is well");
      // The first comes back as the replica of the second.
      if (trouble === "kill") {
        await leader.start();
        await copied(leader === master ? replica : master);
        // Sentinels do not fail over again at once.
        await pause(3_000);
      }
    }
  }, 90_000);
});

describe("a Redis that is to keep documents", () => {
  test.each([
    [["appendonly no", "maxmemory-policy noeviction"], "set `appendonly yes`"],
    [["appendonly yes", "maxmemory-policy allkeys-lru"], "set `maxmemory-policy noeviction`"],
    [["appendonly no", 'rename-command CONFIG ""'], "set `appendonly yes`"],
  ])("is refused with %j", async (settings, next) => {
    const server = await ownRedis(settings);
    const engine = engineOn(notes, await client(server.url));

    await expect(engine.open()).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringContaining(next),
    });
  });

  test("is taken where CONFIG is forbidden, by what it says of itself", async () => {
    const server = await ownRedis([...durable, 'rename-command CONFIG ""']);

    await engineOn(notes, await client(server.url)).open();
  });

  test("keeps what it acknowledged though it is killed", async () => {
    const server = await ownRedis([...durable, "appendfsync always"]);
    const engine = engineOn(notes, await client(server.url));
    await engine.open();
    const all = Array.from({ length: 50 }, note);
    await Promise.all(all.map((one) => engine.insert([one])));

    await server.kill();
    await server.start();

    let found: Stored[] = [];
    while (found.length === 0) {
      found = await engine.byIds(all.map(({ id }) => id)).catch(() => []);
      await pause(50);
    }
    expect(found).toHaveLength(50);
  });

  test("is an outage in time when it freezes, and serves on when it thaws", async () => {
    const server = await ownRedis(durable);
    const engine = engineOn(notes, await client(server.url, 1_000));
    await engine.open();

    server.freeze();
    await expect(engine.insert([note()])).rejects.toMatchObject({ type: EngineAway.type });
    await expect(engine.byIds(["x"])).rejects.toMatchObject({ type: EngineAway.type });
    server.thaw();

    const kept = note();
    for (let done = false; !done; ) {
      done = await engine.insert([kept]).then(
        () => true,
        () => false,
      );
      if (!done) await pause(50);
    }
    expect(await engine.byIds([kept.id])).toEqual([kept]);
  });
});

describe("a Redis behind TLS", () => {
  const script = new URL("./redis-tls.child.ts", import.meta.url).pathname;
  const ways = {
    "one server": () => ownRedis([], { tls: true }),
    sentinels: () => ownSentinels([], { tls: true }),
    "a cluster": () => ownCluster([], { tls: true }),
  };

  test.each(Object.entries(ways))(
    "is spoken to as %s, by who knows its authority",
    async (_, way) => {
      const { url } = await way();
      const folder = await mkdtemp(join(tmpdir(), "bijou-redis-tls-"));
      closing.push(() => rm(folder, { recursive: true }));
      const authority = join(folder, "ca.pem");
      await writeFile(authority, certificate);
      // Node reads its authorities once, at its start.
      const asked = (env: object) =>
        promisify(execFile)(process.execPath, [script, url], { env: { ...process.env, ...env } });

      expect((await asked({ NODE_EXTRA_CA_CERTS: authority })).stdout).toBe("kept, heard");
      await expect(asked({ NODE_EXTRA_CA_CERTS: "" })).rejects.toThrow();
    },
  );
});
