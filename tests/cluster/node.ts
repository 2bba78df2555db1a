/** Small nodes on a transport as the house's own are, in this process, for tests. */
import { randomUUID } from "node:crypto";
import { type BrokerOptions, ServiceBroker, type ServiceSchema } from "moleculer";
import { doorsFirst } from "../../config/doors-first.ts";
import { connectForEver } from "../../mixins/cluster/nats-connect.ts";
import { natsOptions } from "../../mixins/cluster/nats-options.ts";
import { NatsTransport } from "../../mixins/cluster/nats-transport.ts";
import { packetGuard } from "../../mixins/cluster/packets.ts";
import { HouseSerializer } from "../../mixins/cluster/serializer.ts";

/** Nodes on one server under one namespace; all are stopped together. */
export function cluster(url: string) {
  const namespace = `test-${randomUUID().slice(0, 8)}`;
  const open = new Set<ServiceBroker>();
  const make = (services: ServiceSchema[], more: BrokerOptions = {}): ServiceBroker => {
    const nodeID = more.nodeID ?? `node-${randomUUID().slice(0, 8)}`;
    const broker = new ServiceBroker({
      namespace,
      nodeID,
      logger: false,
      validator: false,
      requestTimeout: 5_000,
      transporter: new NatsTransport((patience) =>
        connectForEver(natsOptions({ servers: [url] }, nodeID), { ...patience, everyMs: 100 }),
      ),
      serializer: new HouseSerializer(),
      ...more,
      middlewares: [packetGuard(), doorsFirst(), ...(more.middlewares ?? [])],
    } as BrokerOptions);
    for (const service of services) broker.createService(service);
    open.add(broker);
    return broker;
  };
  return {
    namespace,
    make,
    async start(services: ServiceSchema[] = [], more: BrokerOptions = {}): Promise<ServiceBroker> {
      const broker = make(services, more);
      await broker.start();
      return broker;
    },
    async stop(broker: ServiceBroker): Promise<void> {
      open.delete(broker);
      await broker.stop();
    },
    async close(): Promise<void> {
      await Promise.all([...open].map((broker) => broker.stop()));
      open.clear();
    },
  };
}
