/** A house over Redis Streams: nodes of this process with keys of their own in the given Redis. */
import channels from "@moleculer/channels";
import { Redis } from "ioredis";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { RedisAdapter } from "../../mixins/channels/redis/adapter.ts";
import { keysOf } from "../../mixins/channels/redis/keys.ts";
import type { RedisAdapterOptions } from "../../mixins/channels/redis/options.ts";
import { readAddress } from "../../mixins/redis/address.ts";
import { newId } from "../../services/shared/ids.ts";
import {
  admin,
  contractSettings,
  type House,
  type Listening,
  message,
  type NodeSettings,
  send,
} from "./kit.ts";

export type RedisHouse = House & {
  readonly name: string;
  adapterOf(node: ServiceBroker): RedisAdapter;
  start(
    schema: Partial<ServiceSchema>,
    options?: Partial<RedisAdapterOptions>,
  ): Promise<ServiceBroker>;
};

/** @param url the Redis of the tests */
export const makeRedisHouse = async (url: string): Promise<RedisHouse> => {
  const house = `bijou-test-${newId()}`;
  const address = readAddress(url);
  if (!address) throw new Error(`This is no address of a Redis: ${url}`);
  const nodes = new Set<ServiceBroker>();

  const start: RedisHouse["start"] = async (schema, options = {}) => {
    const quick = { idleMs: 3_000, claimMs: 20 };
    const adapter = new RedisAdapter({ address, house, ...contractSettings, ...quick, ...options });
    const middleware = channels.Middleware({ adapter } as never) as never;
    const node = new ServiceBroker({
      nodeID: newId(),
      logger: false,
      middlewares: [middleware],
    });
    node.createService({ name: "listener", ...schema } as ServiceSchema);
    try {
      await node.start();
    } catch (error) {
      await node.stop();
      throw error;
    }
    nodes.add(node);
    return node;
  };
  const stop = async (node: ServiceBroker) => {
    nodes.delete(node);
    await node.stop();
  };

  return {
    name: house,
    adapterOf: (node) => admin(node) as RedisAdapter,
    start,
    stop,
    node: (listening: Record<string, Listening>, settings: NodeSettings = {}) =>
      start({ channels: listening } as Partial<ServiceSchema>, settings),
    sendingWhileItStartsAndStops: (channel) =>
      start({
        async started() {
          await send(this.broker, channel, message("starting"));
        },
        async stopped() {
          await send(this.broker, channel, message("stopping"));
        },
      }),
    close: async () => {
      for (const node of nodes) await stop(node);
      await removeKeys(url, house);
    },
  };
};

/** The streams are named in the keys of the ids that were sent, and in the groups. */
const removeKeys = async (url: string, house: string): Promise<void> => {
  const redis = new Redis(url);
  const ids = keysOf(house).ids("");
  for (let cursor = "", found: string[]; cursor !== "0"; ) {
    [cursor, found] = await redis.scan(cursor || "0", "MATCH", `${house}:*`, "COUNT", 1_000);
    const streams = found.filter((key) => key.startsWith(ids)).map((key) => key.slice(ids.length));
    const groups = await redis.smembers(keysOf(house).groups);
    const read = groups.map((text): string => JSON.parse(text)[0]);
    if (found.length > 0) await redis.del(...found, ...streams, ...read);
  }
  await redis.quit();
};
