/**
 * The order in which a node stops: its doors first, then what was being done, then the actors.
 * Whoever is inside is answered by actors that are still there, and so is whoever they ask on the
 * way. Moleculer stops all services at once, each after its own work.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Context, Service, ServiceBroker } from "moleculer";

/**
 * So long do doors and work have together. A door cuts its connections after ten seconds, and one
 * call may take no longer; an actor may then still wait for its own.
 */
const mostMs = 12_000;
const lookMs = 10;

/** Moleculer's list of what a service does at present. */
const workOf = (service: Service): readonly Context[] =>
  (Reflect.get(service, "_trackedContexts") as Context[] | undefined) ?? [];

/** Resolves when nothing of what is done now is still under way, or when the time is over. */
async function done(services: readonly Service[], over: number): Promise<void> {
  const now = new Set(services.flatMap(workOf));
  const isOn = () => services.some((service) => workOf(service).some((work) => now.has(work)));
  while (isOn() && performance.now() < over) await pause(lookMs);
}

/** Moleculer's middleware. A door is a service that says where it listens (`door`). */
export function doorsFirst() {
  const closing = new Map<Service, () => void>();
  let finished: Promise<void> = Promise.resolve();
  return {
    name: "DoorsFirst",
    stopping({ services }: ServiceBroker) {
      const doors = services.filter((service) => Reflect.get(service, "door") !== undefined);
      const all = doors.map((door) => new Promise<void>((shut) => closing.set(door, shut)));
      const over = performance.now() + mostMs;
      const late = pause(mostMs, undefined, { ref: false });
      finished = Promise.race([Promise.all(all), late]).then(() => done(services, over));
    },
    async serviceStopping(service: Service) {
      if (!closing.has(service)) await finished;
    },
    serviceStopped(service: Service) {
      closing.get(service)?.();
    },
  };
}
