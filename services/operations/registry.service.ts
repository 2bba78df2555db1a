/**
 * Registry: shows the nodes and actors of the house to the operator, as the node that answers sees
 * them. It owns nothing and never shows settings.
 */
import type { Service, ServiceSchema } from "moleculer";
import { wiring } from "../shared/wire.ts";
import { nodes, services } from "./registry.contract.ts";
import { actorsOf, type Listed, type ListedNode, nodeOf } from "./roster.ts";

interface Registry {
  getNodeList(options: { withServices: boolean }): ListedNode[];
  getServiceList(options: { withActions: boolean }): Listed[];
}

const { serve } = wiring<Service>();
const answerWithinMs = 1_000;

const registryOf = ({ broker }: Service): Registry =>
  (broker as unknown as { registry: Registry }).registry;

/** Asked of the node itself; null where it does not answer soon. */
async function uptimeOf({ broker }: Service, { id, available, local }: ListedNode) {
  if (local) return process.uptime();
  if (!available) return null;
  try {
    const options = { nodeID: id, timeout: answerWithinMs };
    const health: { process?: { uptime?: number } } = await broker.call(
      "$node.health",
      {},
      options,
    );
    return health.process?.uptime ?? null;
  } catch {
    return null;
  }
}

export default {
  name: "registry",

  actions: {
    ...serve(nodes, async function () {
      const listed = registryOf(this).getNodeList({ withServices: true });
      const items = listed.map(async (node) => nodeOf(node, await uptimeOf(this, node)));
      return { items: await Promise.all(items), next: null };
    }),

    ...serve(services, function () {
      const listed = registryOf(this).getServiceList({ withActions: true });
      return { items: actorsOf(listed), next: null };
    }),
  },
} satisfies ServiceSchema;
