/**
 * Doors close before the actors behind them: whoever is inside is answered by actors that are still
 * there. Moleculer stops all services at once.
 */
import type { Service, ServiceBroker } from "moleculer";

/** A door cuts its connections after ten seconds; nothing waits for one that does not. */
const mostMs = 12_000;

/** Moleculer's middleware. A door is a service that says where it listens (`door`). */
export function doorsFirst() {
  const closing = new Map<Service, () => void>();
  let closed: Promise<unknown> = Promise.resolve();
  return {
    name: "DoorsFirst",
    stopping({ services }: ServiceBroker) {
      const doors = services.filter((service) => Reflect.get(service, "door") !== undefined);
      const all = doors.map((door) => new Promise<void>((done) => closing.set(door, done)));
      const late = new Promise((done) => setTimeout(done, mostMs).unref());
      closed = Promise.race([Promise.all(all), late]);
    },
    async serviceStopping(service: Service) {
      if (!closing.has(service)) await closed;
    },
    serviceStopped(service: Service) {
      closing.get(service)?.();
    },
  };
}
