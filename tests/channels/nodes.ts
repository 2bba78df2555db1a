/** Nodes of this process over an engine of channels: what the house of every engine does alike. */
import channels from "@moleculer/channels";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import type { ChannelAdmin } from "../../mixins/channels/port.ts";
import { newId } from "../../services/shared/ids.ts";
import { admin, type House, message, type NodeSettings, send } from "./kit.ts";

/** A node with one service; its channels are those of the adapter. */
export const nodeOver = (adapter: ChannelAdmin, schema: object): ServiceBroker => {
  const middleware = channels.Middleware({ adapter } as never) as never;
  const node = new ServiceBroker({ nodeID: newId(), logger: false, middlewares: [middleware] });
  node.createService({ name: "listener", ...schema } as ServiceSchema);
  return node;
};

/** What is an engine's own. */
export interface Engine<Adapter, Options> {
  adapter(options: Partial<Options>): Adapter;
  /** What a test may set of every engine, as an option of this one. */
  settings(settings: NodeSettings): Partial<Options>;
  /** Removes the storage. */
  remove(): Promise<void>;
}

/** A house whose nodes may be started with options of its engine. */
export interface EngineHouse<Adapter, Options> extends House {
  adapterOf(node: ServiceBroker): Adapter;
  /** A node that cannot start is stopped. */
  start(schema: Partial<ServiceSchema>, options?: Partial<Options>): Promise<ServiceBroker>;
}

export const houseOver = <Adapter extends ChannelAdmin, Options>(
  engine: Engine<Adapter, Options>,
): EngineHouse<Adapter, Options> => {
  const nodes = new Set<ServiceBroker>();
  const stop = async (node: ServiceBroker) => {
    nodes.delete(node);
    await node.stop();
  };
  const start: EngineHouse<Adapter, Options>["start"] = async (schema, options = {}) => {
    const node = nodeOver(engine.adapter(options), schema);
    nodes.add(node);
    try {
      await node.start();
    } catch (error) {
      await stop(node);
      throw error;
    }
    return node;
  };

  return {
    adapterOf: (node) => admin(node) as Adapter,
    start,
    stop,
    node: (listening, settings = {}) =>
      start({ channels: listening } as Partial<ServiceSchema>, engine.settings(settings)),
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
      await engine.remove();
    },
  };
};
