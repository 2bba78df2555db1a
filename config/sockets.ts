/** Whether the sockets of several nodes are one, and how long the streams of users are kept. */
import { type Cluster, redisCluster } from "../mixins/sockets/cluster.ts";
import type { Keeping } from "../mixins/sockets/streams.ts";
import { env } from "./env.ts";
import { cacheRedis, listeningRedis } from "./redis.ts";

export const streamKeeping: Keeping = { most: 200, days: 30 };

/** What joins the nodes of a door; undefined where one node is all there is. */
export const clusterOf = (
  door: string,
): ((failed: (error: unknown) => void) => Cluster) | undefined =>
  env.doors.REDIS_URL === undefined
    ? undefined
    : (failed) => {
        const [cache, listening] = [cacheRedis(), listeningRedis()];
        if (!cache || !listening) throw new Error("REDIS_URL names no Redis.");
        const lines = { speaking: cache.client, listening };
        return redisCluster(lines, `${env.house.NAMESPACE}:sockets:${door}`, failed);
      };
