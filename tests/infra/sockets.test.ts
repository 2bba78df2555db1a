/** The sockets of two nodes as one, through the real Redis of REDIS_URL; also while it is away. */
import { randomUUID } from "node:crypto";
import { readAddress } from "../../mixins/redis/address.ts";
import { type Client, openListener, openRedis } from "../../mixins/redis/client.ts";
import { redisCluster } from "../../mixins/sockets/cluster.ts";
import { filmId } from "../gateway/actors.ts";
import { until } from "../house/soon.ts";
import {
  closeAll,
  meet,
  mint,
  openNode,
  pause,
  tellWatched,
  wantTold,
  watched,
} from "../realtime/house.ts";
import { type Line, line } from "./line.ts";

const url = process.env.REDIS_URL;
const room = `film:${filmId}`;

describe("two nodes of a door", () => {
  const failures: unknown[] = [];
  const clients: Client[] = [];
  let redis: Line;
  let nodes: Awaited<ReturnType<typeof openNode>>[];

  beforeAll(async () => {
    if (!url) throw new Error("REDIS_URL is not set: start a Redis and name it there.");
    redis = await line(new URL(url), 6_379);
    const [key, namespace] = [`test-${randomUUID()}`, randomUUID()];
    const address = readAddress(redis.url);
    if (!address) throw new Error("REDIS_URL is no address of a Redis.");
    const failed = (error: unknown) => failures.push(error);
    const cluster = () => {
      const speaking = openRedis(address, { answerMs: 200, failed });
      const listening = openListener(address, { failed });
      clients.push(speaking, listening);
      return redisCluster({ speaking, listening }, key, failed);
    };
    nodes = [
      await openNode({ namespace, cluster }),
      await openNode({ namespace, cluster, streams: false }),
    ];
    await Promise.all(nodes.map(({ broker }) => broker.waitForServices(["realtime"])));
    // Subscriptions are under way.
    await pause(300);
  });
  afterAll(async () => {
    await closeAll();
    for (const client of clients) client.disconnect();
    if (url) redis.close();
  });
  const at = (index: number) => {
    const node = nodes[index];
    if (!node) throw new Error("There is no such node.");
    return node;
  };
  async function listener(index: number, heard: string[]) {
    const client = meet(at(index).url);
    await client.join(room);
    await client.hear(watched, ({ text }) => heard.push(`${index}: ${text}`), room);
    return client;
  }

  it("tell a room's event to the sockets of both, once each", async () => {
    const heard: string[] = [];
    const clients = [await listener(0, heard), await listener(1, heard)];

    await tellWatched(at(0), filmId, "from the first");
    await tellWatched(at(1), filmId, "from the second");
    await until(() => heard.length >= 4);
    await pause(200);
    for (const client of clients) client.close();

    expect(heard.toSorted()).toEqual([
      ...["0: from the first", "0: from the second"],
      ...["1: from the first", "1: from the second"],
    ]);
  });

  it("count the sockets of a room together", async () => {
    const counts: number[] = [];
    const first = meet(at(0).url);
    await first.join(room, (count) => counts.push(count));
    const others = [meet(at(1).url), meet(at(1).url)];
    for (const other of others) await other.join(room);

    await until(() => counts.at(-1) === 3);
    for (const other of others) other.close();
    await until(() => counts.at(-1) === 1);
    first.close();
  });

  it("tell a user's entries wherever the user is", async () => {
    const user = randomUUID();
    const got: unknown[] = [];
    const client = meet(at(1).url, { token: await mint({ user }) });
    client.stream({}, ({ type }) => void got.push(type));
    await client.ready();

    await wantTold(at(0), user, "tests.happened", {});
    await until(() => got.length === 1);

    expect(got).toEqual(["tests.happened"]);
    client.close();
  });

  it("serve their own while Redis is away, and are one again when it is back", async () => {
    const heard: string[] = [];
    const clients = [await listener(0, heard), await listener(1, heard)];

    redis.cut();
    await pause(300);
    await tellWatched(at(0), filmId, "alone");
    await until(() => heard.length === 1);
    redis.mend();
    const isWhole = () => ["0: together", "1: together"].every((one) => heard.includes(one));
    for (let i = 0; !isWhole() && i < 100; i++) {
      await tellWatched(at(0), filmId, "together");
      await pause(100);
    }

    expect(heard[0]).toMatch(/^[01]: alone$/);
    expect(isWhole()).toBe(true);
    expect(failures.length).toBeGreaterThan(0);
    for (const client of clients) client.close();
  });
});
