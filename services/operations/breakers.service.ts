/**
 * Breakers: shows the operator who is left alone because it failed too often, and closes breakers by
 * hand. Each node has its own; this actor answers for the node it runs on, and asks its likes.
 */
import type { Service, ServiceSchema } from "moleculer";
import { breakers } from "../../config/resilience.ts";
import type { Action } from "../shared/contract.ts";
import { wiring } from "../shared/wire.ts";
import { here, list, reset, resetHere } from "./breakers.contract.ts";

const { serve } = wiring<Service>();
const answerWithinMs = 2_000;

interface Registry {
  getServiceList(options: { onlyAvailable: boolean }): { name: string; nodeID: string }[];
}

/** What every node answers on which this actor runs; nodes that do not answer soon are left out. */
async function everywhere<T>({ broker, name }: Service, { name: action }: Action, params: object) {
  const { registry } = broker as unknown as { registry: Registry };
  const actors = registry.getServiceList({ onlyAvailable: true });
  const nodes = new Set(actors.flatMap((actor) => (actor.name === name ? actor.nodeID : [])));
  const asked = [...nodes].map((nodeID) =>
    broker.call(action, params, { nodeID, timeout: answerWithinMs }),
  );
  const answers = await Promise.allSettled(asked);
  return answers.flatMap((one) => (one.status === "fulfilled" ? [one.value as T] : []));
}

export default {
  name: "breakers",

  actions: {
    ...serve(list, async function () {
      const found = await everywhere<{ items: never[] }>(this, here, {});
      return { items: found.flatMap(({ items }) => items), next: null };
    }),

    ...serve(reset, async function ({ params }) {
      const found = await everywhere<{ closed: number }>(this, resetHere, params);
      return { closed: found.reduce((sum, { closed }) => sum + closed, 0) };
    }),

    ...serve(here, function () {
      const items = breakers
        .list()
        .filter(({ asked, state }) => asked > 0 || state !== "closed")
        .map(({ openedAt, ...seen }) => ({
          node: this.broker.nodeID,
          ...seen,
          openedAt: openedAt === null ? null : new Date(openedAt).toISOString(),
        }));
      return { items, next: null };
    }),

    ...serve(resetHere, ({ params: { target } }) => ({ closed: breakers.reset(target) })),
  },
} satisfies ServiceSchema;
