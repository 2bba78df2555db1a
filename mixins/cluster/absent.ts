/** What becomes of a request whose node is not there any more. */
import { Errors, type ServiceBroker } from "moleculer";

interface Pending {
  nodeID?: string;
  action: { name: string };
  reject(error: Error): void;
}
/** Moleculer's, as far as it is needed here. */
interface House {
  transit: { pendingRequests: Map<string, Pending> };
  registry: { nodes: { disconnected(id: string, unexpected: boolean): void } };
}

/** Nobody heard the request: it fails as one that was never begun, and its node is left out. */
export function unheard(broker: ServiceBroker, id: string): void {
  const { transit, registry } = broker as unknown as House;
  const pending = transit.pendingRequests.get(id);
  if (!pending?.nodeID) return;
  const { nodeID, action } = pending;
  transit.pendingRequests.delete(id);
  pending.reject(new Errors.ServiceNotAvailableError({ action: action.name, nodeID }));
  registry.nodes.disconnected(nodeID, true);
}
