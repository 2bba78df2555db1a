/** A node of the house, with the counting actors where COUNTING is set. */
import type { BrokerOptions, ServiceBroker } from "moleculer";
import house from "../../moleculer.config.ts";
import { countersService, ledgerService } from "./counting.ts";

const { middlewares = [] } = house as BrokerOptions;
const counting = {
  name: "Counting",
  created(broker: ServiceBroker) {
    for (const service of [countersService, ledgerService]) broker.createService(service);
  },
};

export default {
  ...house,
  ...(process.env.COUNTING ? { created: counting.created } : {}),
  middlewares,
} as BrokerOptions;
