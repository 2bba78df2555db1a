/**
 * The house as it is, and a hand in it, for who has started the process: actors are stopped and
 * started, somebody is told something, the clock goes ahead.
 */
import type { ServiceBroker, ServiceSchema } from "moleculer";
import config from "../../moleculer.config.ts";
import { wanted } from "../../services/gateway/realtime.contract.ts";
import { clock } from "../../services/shared/clock.ts";
import { type Sender, send } from "../../services/shared/message.ts";

export type Order =
  | { id: number; later: number }
  | { id: number; stop: string }
  | { id: number; start: string }
  | { id: number; tell: { user: string; type: string; data: Record<string, string> } };

async function obey(broker: ServiceBroker, order: Order): Promise<void> {
  if ("later" in order) clock.set(() => Date.now() + order.later);
  else if ("tell" in order) await send(broker as unknown as Sender, wanted, order.tell);
  else if ("stop" in order) {
    const [, name = ""] = order.stop.split("/");
    const service = broker.getLocalService(name);
    if (service) await broker.destroyService(service);
  } else {
    const { default: schema } = await import(`../../services/${order.start}.service.ts`);
    const service = broker.createService(schema as ServiceSchema);
    await broker.waitForServices([service.name]);
  }
}

const hand = {
  name: "Hand",
  started(broker: ServiceBroker) {
    process.on("message", (order: Order) => {
      obey(broker, order).then(
        () => process.send?.({ id: order.id }),
        (error: unknown) => process.send?.({ id: order.id, error: String(error) }),
      );
    });
    // Whoever gave the orders is not waited for.
    process.channel?.unref();
  },
};

export default { ...config, middlewares: [...(config.middlewares ?? []), hand] };
