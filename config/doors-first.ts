/**
 * The order in which a node stops: its doors first, then what was being done, then the actors.
 * Whoever is inside is answered by actors that are still there, and so is whoever they ask on the
 * way. Moleculer stops all services at once, each after its own work; and what it does to know of
 * that work (`tracking`) takes a noticeable part of a call over NATS.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Context, Service, ServiceBroker } from "moleculer";

/**
 * So long do doors and work have together. A door cuts its connections after ten seconds, and one
 * call may take no longer; an actor may then still wait for its own.
 */
const mostMs = 12_000;
const ownMs = 10_000;
const lookMs = 10;

type Handler = (ctx: Context) => Promise<unknown>;

/** Calls and events that have begun, and how many of them have not ended. */
function begun() {
  const some = {
    count: 0,
    ended: (answer: unknown) => {
      some.count--;
      return answer;
    },
    failed: (error: unknown) => {
      some.count--;
      throw error;
    },
  };
  return some;
}

/** What a service does: counted, since a list of it would cost more than the rest. */
class Work {
  #all = [begun()];
  #now = this.#all[0] as ReturnType<typeof begun>;

  tracked(next: Handler): Handler {
    return (ctx) => {
      const now = this.#now;
      now.count++;
      return next(ctx).then(now.ended, now.failed);
    };
  }

  /** @returns whether anything that is under way now still is, whatever begins later */
  mark(): () => boolean {
    const all = this.#all.filter(({ count }) => count > 0);
    this.#now = begun();
    this.#all = [...all, this.#now];
    return () => all.some(({ count }) => count > 0);
  }
}

/** Waits until nothing of what is under way now is any more: true, or false when the time is over. */
async function done(works: Iterable<Work>, over: number): Promise<boolean> {
  const marks = [...works].map((work) => work.mark());
  const isOn = () => marks.some((isUnderWay) => isUnderWay());
  while (isOn() && performance.now() < over) await pause(lookMs);
  return !isOn();
}

/** Moleculer's middleware. A door is a service that says where it listens (`door`). */
export function doorsFirst() {
  const closing = new Map<Service, () => void>();
  const works = new Map<Service, Work>();
  let finished: Promise<unknown> = Promise.resolve();

  const workOf = (service: Service): Work => {
    const work = works.get(service) ?? new Work();
    works.set(service, work);
    return work;
  };
  const tracked = (next: Handler, { service }: { service: Service }): Handler =>
    workOf(service).tracked(next);

  return {
    name: "DoorsFirst",
    localAction: tracked,
    localEvent: tracked,
    stopping({ services }: ServiceBroker) {
      const doors = services.filter((service) => Reflect.get(service, "door") !== undefined);
      const all = doors.map((door) => new Promise<void>((shut) => closing.set(door, shut)));
      const over = performance.now() + mostMs;
      const late = pause(mostMs, undefined, { ref: false });
      finished = Promise.race([Promise.all(all), late]).then(() => done(works.values(), over));
    },
    async serviceStopping(service: Service) {
      if (!closing.has(service)) await finished;
      if (await done([workOf(service)], performance.now() + ownMs)) return;
      service.logger.error("It stops, and leaves undone what took longer than ten seconds.");
    },
    serviceStopped(service: Service) {
      closing.get(service)?.();
      works.delete(service);
    },
  };
}
