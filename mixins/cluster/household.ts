/**
 * Nodes that keep data of their own do not start together. A node tells what it keeps before its
 * actors start, and looks at what the others tell; of two that clash exactly one leaves.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Service, ServiceBroker } from "moleculer";
import {
  clashOf,
  type Household,
  householdOf,
  type Kept,
  leaves,
  type Secrets,
  sentenceOf,
} from "./embedded.ts";

interface Node {
  id: string;
  local: boolean;
  available: boolean;
  metadata: unknown;
}
/** Moleculer's, as far as it is needed here. */
interface House {
  metadata: Record<string, unknown>;
  transit?: unknown;
  registry: {
    nodes: { toArray(): Node[] };
    localNodeInfoInvalidated: boolean | string;
    discoverer: { sendLocalNodeInfo(): Promise<void> };
  };
}

export interface HouseholdSettings {
  /** What this node keeps, asked when all its actors were made. */
  kept(broker: ServiceBroker): { kept: Kept; secrets: Secrets };
  /** Ends the node; the text says why. */
  leave(text: string): void;
  now(): number;
}

/** Two that start together have told each other by then. */
const tellingMs = 300;

const isEmpty = (one: object): boolean => Object.keys(one).length === 0;

/** Moleculer's middleware. */
export function household({ kept, leave, now }: HouseholdSettings) {
  let broker: ServiceBroker & House;
  let me: Household;
  let told: Promise<void> | undefined;
  const tell = async (change: Partial<Household>) => {
    me = { ...me, ...change };
    broker.metadata.household = me;
    broker.registry.localNodeInfoInvalidated = "seq";
    await broker.registry.discoverer.sendLocalNodeInfo();
  };
  const look = (node: Node) => {
    const other = node.local || !node.available ? undefined : householdOf(node.metadata);
    const clash = other ? clashOf(me, other) : {};
    if (!other || Object.keys(clash).length === 0) return;
    if (leaves(me, broker.nodeID, other, node.id)) {
      leave(sentenceOf(broker.nodeID, node.id, clash));
    }
  };
  const lookAround = async () => {
    await tell({});
    for (const node of broker.registry.nodes.toArray()) look(node);
    await wait(tellingMs);
  };
  return {
    name: "Household",
    starting(made: ServiceBroker) {
      broker = made as unknown as ServiceBroker & House;
      if (!broker.transit) return;
      me = { ...kept(made), since: now(), open: false };
      broker.metadata.household = me;
      const hear = ({ node }: { node: Node }) => look(node);
      const bus = made.localBus as unknown as {
        on(name: string, hear: (told: { node: Node }) => void): void;
      };
      bus.on("$node.connected", hear);
      bus.on("$node.updated", hear);
    },
    /** No actor starts before it is known that it may. */
    async serviceStarting(_service: Service) {
      if (!broker.transit || (isEmpty(me.kept) && isEmpty(me.secrets))) return;
      told ??= lookAround();
      await told;
    },
    async started() {
      if (broker.transit) await tell({ open: true });
    },
  };
}
