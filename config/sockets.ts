/** Whether the sockets of several nodes are one, and how long the streams of users are kept. */
import { type Cluster, redisCluster } from "../mixins/sockets/cluster.ts";
import type { Keeping } from "../mixins/sockets/streams.ts";
import { env } from "./env.ts";

export const streamKeeping: Keeping = { most: 200, days: 30 };

const { REDIS_URL } = env.doors;

/** What joins the nodes of a door; undefined where one node is all there is. */
export const clusterOf = (
  door: string,
): ((failed: (error: unknown) => void) => Cluster) | undefined =>
  REDIS_URL === undefined
    ? undefined
    : (failed) => redisCluster(REDIS_URL, `${env.house.NAMESPACE}:sockets:${door}`, failed);
