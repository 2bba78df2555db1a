/**
 * Whoever tells of a change by a channel has written: the doors of all nodes hear of it, a few times
 * a second at most, however much is written.
 */
import type { ServiceBroker } from "moleculer";

const everyMs = 200;

type Send = (name: string, ...rest: unknown[]) => Promise<unknown>;

/** @param tell is told the name of an actor that has written */
export function clearing(tell: (broker: ServiceBroker, actor: string) => void) {
  const actors = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  return {
    name: "Clearing",
    starting(broker: ServiceBroker & { sendToChannel?: Send }) {
      const send = broker.sendToChannel;
      if (!send) return;
      const flush = () => {
        timer = undefined;
        for (const actor of actors) tell(broker, actor);
        actors.clear();
      };
      broker.sendToChannel = async (name, ...rest) => {
        const sent = await send.call(broker, name, ...rest);
        actors.add(name.slice(0, name.indexOf(".")));
        timer ??= setTimeout(flush, everyMs).unref();
        return sent;
      };
    },
    stopping() {
      clearTimeout(timer);
    },
  };
}
