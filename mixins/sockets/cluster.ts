/**
 * Several nodes as one, through Redis: what one emits to a room reaches the sockets of all. While
 * Redis is away each node serves its own; streams lose nothing by it, since clients see the gap.
 */
import { createAdapter } from "@socket.io/redis-adapter";
import { Redis } from "ioredis";
import type { ServerOptions } from "socket.io";

export interface Cluster {
  readonly adapter: NonNullable<ServerOptions["adapter"]>;
  close(): void;
}

/** The adapter waits for none of its commands: what fails is told here, and is nobody's crash. */
function unwatched(redis: Redis, failed: (error: unknown) => void): Redis {
  redis.on("error", failed);
  for (const name of ["publish", "psubscribe", "subscribe", "punsubscribe", "unsubscribe"]) {
    const command = Reflect.get(redis, name) as (...given: unknown[]) => Promise<unknown>;
    Reflect.set(redis, name, (...given: unknown[]) => command.apply(redis, given).catch(failed));
  }
  return redis;
}

/**
 * @param url `redis://…`
 * @param key what tells this door's messages from those of others
 */
export function redisCluster(url: string, key: string, failed: (error: unknown) => void): Cluster {
  const pub = unwatched(
    new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 }),
    failed,
  );
  const sub = unwatched(new Redis(url, { maxRetriesPerRequest: null }), failed);
  return {
    adapter: createAdapter(pub, sub, { key }) as Cluster["adapter"],
    close() {
      pub.disconnect();
      sub.disconnect();
    },
  };
}
