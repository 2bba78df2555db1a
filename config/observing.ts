/** What a node tells of itself: figures, its own port, and a line per request. */
import { join } from "node:path";
import { type AccessLog, accessLog } from "../mixins/observing/access-log.ts";
import { Metrics } from "../mixins/observing/metrics.ts";
import { nodePort } from "../mixins/observing/node-port.ts";
import { SocketFigures } from "../mixins/observing/socket-figures.ts";
import { env } from "./env.ts";
import { ports } from "./ports.ts";

const { ACCESS_LOG, ACCESS_LOG_BYTES, NODE_HOST } = env.doors;

export const metrics = new Metrics();
/** Of sockets. */
export const figures = new SocketFigures(metrics.registry);

export const openNodePort = () => nodePort({ host: NODE_HOST, ...ports.node, metrics });

/** Opened by the first door of a node. */
let log: AccessLog | undefined;
export function openAccessLog(): AccessLog | undefined {
  if (ACCESS_LOG === "off") return undefined;
  log ??= accessLog(ACCESS_LOG ?? join(env.house.DATA_DIR, "logs", "access.log"), ACCESS_LOG_BYTES);
  return log;
}
export const closeAccessLog = async (): Promise<void> => {
  await log?.flush();
};
