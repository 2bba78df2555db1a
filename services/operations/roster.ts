/** What the registry knows, as operators read it. Pure. */

/** An actor on one node, as Moleculer's registry lists it. */
export interface Listed {
  readonly fullName: string;
  readonly nodeID: string;
  readonly actions?: Readonly<Record<string, { name: string; contract?: unknown }>>;
}

interface Told {
  summary?: string;
  opens?: Readonly<Record<string, string>>;
  upload?: unknown;
}

const isInternal = (name: string): boolean => name.startsWith("$");

function actionOf({ name, contract }: { name: string; contract?: unknown }) {
  const told = (contract ?? {}) as Told;
  // The door that calls by name opens what a contract opens for it, but for bytes.
  const callable = told.opens?.admin !== undefined && told.upload === undefined;
  return { name, summary: told.summary ?? "", callable };
}

/** Actors by name with the nodes they run on; the messaging's own are left out. */
export function actorsOf(listed: readonly Listed[]) {
  const byName = new Map<string, { nodes: Set<string>; actions: Map<string, unknown> }>();
  for (const { fullName, nodeID, actions = {} } of listed) {
    if (isInternal(fullName)) continue;
    const actor = byName.get(fullName) ?? { nodes: new Set(), actions: new Map() };
    byName.set(fullName, actor);
    actor.nodes.add(nodeID);
    for (const action of Object.values(actions)) actor.actions.set(action.name, action.contract);
  }
  return [...byName]
    .map(([name, { nodes, actions }]) => ({
      name,
      nodes: [...nodes].toSorted(),
      actions: [...actions]
        .map(([action, contract]) => actionOf({ name: action, contract }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** A node, as Moleculer's registry lists it. */
export interface ListedNode {
  readonly id: string;
  readonly available: boolean;
  readonly local: boolean;
  readonly hostname?: string | null;
  /** Percent, where a heartbeat has told it. */
  readonly cpu?: number | null;
  readonly services?: readonly { fullName?: string; name: string }[];
}

/** @param uptimeSeconds how long the node runs, null where it did not say */
export const nodeOf = (node: ListedNode, uptimeSeconds: number | null) => ({
  id: node.id,
  available: node.available,
  local: node.local,
  services: (node.services ?? [])
    .map(({ fullName, name }) => fullName ?? name)
    .filter((name) => !isInternal(name))
    .toSorted(),
  hostname: node.hostname ?? "",
  cpu: node.cpu ?? null,
  uptimeSeconds,
});
