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

/** What goes along with a request so that it is known again: 48 bits of chance of its id. */
export const tailOf = (id: string): string => id.slice(-12);

/** Nobody heard the request: it fails as one that was never begun, and its node is left out. */
export function unheard(broker: ServiceBroker, tail: string): void {
  const { transit, registry } = broker as unknown as House;
  const id = [...transit.pendingRequests.keys()].find((one) => tailOf(one) === tail) ?? "";
  const pending = transit.pendingRequests.get(id);
  if (!pending?.nodeID) return;
  const { nodeID, action } = pending;
  transit.pendingRequests.delete(id);
  pending.reject(new Errors.ServiceNotAvailableError({ action: action.name, nodeID }));
  registry.nodes.disconnected(nodeID, true);
}
