/** A house over JetStream: nodes in this process whose streams have a prefix of their own. */
import channels from "@moleculer/channels";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { connect } from "nats";
import { JetStreamAdapter } from "../../mixins/channels/jetstream/adapter.ts";
import type { JetStreamOptions } from "../../mixins/channels/jetstream/options.ts";
import { connectForEver } from "../../mixins/cluster/nats-connect.ts";
import { natsOptions } from "../../mixins/cluster/nats-options.ts";
import { newId } from "../../services/shared/ids.ts";
import { admin, contractSettings, type House, message, send } from "../channels/kit.ts";
import { urlOf } from "./engine-urls.ts";

/** The server under test. */
export const natsUrl = (): string => urlOf("NATS_URL", "NATS with JetStream").href;

export const adapterFor = (
  url: string,
  space: string,
  options: Partial<JetStreamOptions> = {},
): JetStreamAdapter =>
  new JetStreamAdapter({
    connect: (patience) => connectForEver(natsOptions({ servers: [url] }, "tests"), patience),
    space,
    prefix: "",
    ...contractSettings,
    ...options,
  });

export type JetStreamHouse = House & {
  readonly space: string;
  adapterOf(node: ServiceBroker): JetStreamAdapter;
  start(
    schema: Partial<ServiceSchema>,
    options?: Partial<JetStreamOptions>,
  ): Promise<ServiceBroker>;
};

/** Removes all streams that begin so. */
export const removeStreams = async (url: string, space: string): Promise<void> => {
  const nc = await connect(natsOptions({ servers: [url] }, "tests"));
  const jsm = await nc.jetstreamManager();
  for await (const name of jsm.streams.names()) {
    if (name.startsWith(`${space}_`)) await jsm.streams.delete(name);
  }
  await nc.close();
};

export const makeJetStreamHouse = async (
  url = natsUrl(),
  more: Partial<JetStreamOptions> = {},
): Promise<JetStreamHouse> => {
  const space = `test-${newId()}`;
  const nodes = new Set<ServiceBroker>();

  const start: JetStreamHouse["start"] = async (schema, options = {}) => {
    const adapter = adapterFor(url, space, { ...more, ...options });
    const middleware = channels.Middleware({ adapter } as never) as never;
    const node = new ServiceBroker({
      nodeID: newId(),
      logger: false,
      middlewares: [middleware],
    });
    node.createService({ name: "listener", ...schema } as ServiceSchema);
    nodes.add(node);
    await node.start();
    return node;
  };
  const stop = async (node: ServiceBroker) => {
    nodes.delete(node);
    await node.stop();
  };

  return {
    space,
    adapterOf: (node) => admin(node) as JetStreamAdapter,
    start,
    stop,
    node: (listening, settings) =>
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
      await removeStreams(url, space);
    },
  };
};
