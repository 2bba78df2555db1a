/** What this node keeps for itself alone, noted by whoever opens it: other nodes are told of it. */
import type { Service, ServiceBroker } from "moleculer";
import type { Kept, Secrets } from "../mixins/cluster/embedded.ts";

const kept = new Map<string, Set<string>>();
const secrets = new Map<string, string>();

/**
 * Notes what is kept under DATA_DIR and would have to be shared with other nodes.
 *
 * @param kind documents, channels, objects or search
 * @param name of the collection, index or file
 */
export function keeps(kind: string, name: string): void {
  const names = kept.get(kind) ?? new Set();
  kept.set(kind, names.add(name));
}

/** Notes a secret by its fingerprint: every node that uses it has to have the same. */
export function holdsSecret(name: string, fingerprint: string): void {
  secrets.set(name, fingerprint);
}

interface Schema {
  name: string;
  channels?: object;
  metadata?: { tells?: readonly { kind?: string }[] };
}

/** Every node could open the log of the channels; it is kept where an actor reads or writes it. */
const usesChannels = ({ schema }: Service): boolean => {
  const { name, channels, metadata } = schema as unknown as Schema;
  const tells = metadata?.tells?.some(({ kind }) => kind === "channel") ?? false;
  return tells || name === "deadletters" || Object.keys(channels ?? {}).length > 0;
};

/** All that was noted, once the actors were made. */
export function keptHere({ services }: ServiceBroker): { kept: Kept; secrets: Secrets } {
  const used = [...kept].filter(([kind]) => kind !== "channels" || services.some(usesChannels));
  return {
    kept: Object.fromEntries(used.map(([kind, names]) => [kind, [...names]])),
    secrets: Object.fromEntries(secrets),
  };
}
