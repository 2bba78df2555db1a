/** A node in this process, composed as `npm start` composes it. */
import { join } from "node:path";
import { type BrokerOptions, ServiceBroker } from "moleculer";
import { allActors, chooseActors, servicesFolder } from "../config/actors.ts";
import { env } from "../config/env.ts";
import config from "../moleculer.config.ts";

/** Whether the node joins others; alone it has to be the whole house. */
export const isCluster = Boolean(config.transporter);

/** A node without actors, not started. */
export const emptyNode = (more: BrokerOptions = {}): ServiceBroker =>
  new ServiceBroker({ ...config, ...more });

/** A node with the actors that SERVICES names, all unless told; not started. */
export async function wholeHouse(more: BrokerOptions = {}): Promise<ServiceBroker> {
  const broker = emptyNode(more);
  const actors = allActors();
  for (const name of chooseActors(env.house.SERVICES, [...actors.keys()]).chosen) {
    const file = join(servicesFolder, actors.get(name) ?? "");
    broker.createService((await import(file)).default);
  }
  return broker;
}
