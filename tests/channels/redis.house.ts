/** A house over Redis Streams: nodes of this process with keys of their own in the given Redis. */
import { Redis } from "ioredis";
import { RedisAdapter } from "../../mixins/channels/redis/adapter.ts";
import { keysOf } from "../../mixins/channels/redis/keys.ts";
import type { RedisAdapterOptions } from "../../mixins/channels/redis/options.ts";
import { readAddress } from "../../mixins/redis/address.ts";
import { newId } from "../../services/shared/ids.ts";
import { contractSettings } from "./kit.ts";
import { type EngineHouse, houseOver } from "./nodes.ts";

export interface RedisHouse extends EngineHouse<RedisAdapter, RedisAdapterOptions> {
  readonly name: string;
}

/** @param url the Redis of the tests */
export const makeRedisHouse = async (url: string): Promise<RedisHouse> => {
  const name = `bijou-test-${newId()}`;
  const address = readAddress(url);
  if (!address) throw new Error(`This is no address of a Redis: ${url}`);
  const given = { address, house: name, ...contractSettings, idleMs: 3_000, claimMs: 20 };
  const house = houseOver<RedisAdapter, RedisAdapterOptions>({
    adapter: (options) => new RedisAdapter({ ...given, ...options }),
    settings: (settings) => settings,
    remove: () => removeKeys(url, name),
  });
  return { ...house, name };
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
