/** A house over our log: nodes in this process that share one file in a folder of their own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import channels from "@moleculer/channels";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { LogAdapter } from "../../mixins/channels/log/adapter.ts";
import type { LogAdapterOptions } from "../../mixins/channels/log/options.ts";
import { defaultRetention } from "../../mixins/channels/log/retention.ts";
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

export type LogHouse = House & {
  adapterOf(node: ServiceBroker): LogAdapter;
  readonly path: string;
  start(
    schema: Partial<ServiceSchema>,
    options?: Partial<LogAdapterOptions>,
  ): Promise<ServiceBroker>;
};

export const makeLogHouse = async (): Promise<LogHouse> => {
  const folder = await mkdtemp(join(tmpdir(), "bijou-channels-"));
  const path = join(folder, "channels.sqlite");
  const nodes = new Set<ServiceBroker>();

  const start: LogHouse["start"] = async (schema, options = {}) => {
    const adapter = new LogAdapter({ path, ...contractSettings, ...options });
    const middleware = channels.Middleware({ adapter } as never) as never;
    const node = new ServiceBroker({
      nodeID: newId(),
      logger: false,
      middlewares: [middleware],
    });
    node.createService({ name: "listener", ...schema } as ServiceSchema);
    await node.start();
    nodes.add(node);
    return node;
  };
  const stop = async (node: ServiceBroker) => {
    nodes.delete(node);
    await node.stop();
  };

  return {
    path,
    adapterOf: (node) => admin(node) as LogAdapter,
    start,
    stop,
    node: (listening: Record<string, Listening>, settings: NodeSettings = {}) =>
      start({ channels: listening } as Partial<ServiceSchema>, {
        retention: { ...defaultRetention, ...settings },
      }),
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
      await rm(folder, { recursive: true, force: true });
    },
  };
};
