/**
 * What goes over the wire: JSON, deflated where it is long. Contracts speak JSON (times are text,
 * bytes go through the objects' store), and V8 writes and reads it faster than anything written in
 * JavaScript. A node's announcement goes without JSON Schemas: whoever wants one asks the owner.
 */
import { deflateSync, inflateSync, constants as zlib } from "node:zlib";
import { Serializers } from "moleculer";

/** Shorter ones are not worth the time: deflating takes about 10 ms a megabyte. */
const longBytes = 64 * 1_024;
/** What one packet may be once inflated: beyond it somebody sends a bomb. */
export const mostInflatedBytes = 16 * 1_024 * 1_024;
/** JSON begins with `{`, deflated data (RFC 1950) with this. */
const deflated = 0x78;

interface Announced {
  services?: readonly {
    metadata?: { tells?: readonly (Contract | null)[] };
    actions?: Readonly<Record<string, { contract?: Contract }>>;
  }[];
}
interface Contract {
  params?: unknown;
  result?: unknown;
  data?: unknown;
  problems?: unknown;
}

/** Moleculer leaves nothing of what it meets a second time, such as a channel that two actors tell. */
function short(contract: Contract | null): object | null {
  if (!contract) return null;
  const { params, result, data, problems, ...rest } = contract;
  return rest;
}

/** An INFO packet's payload without what is long. */
export function announced<T extends Announced>(info: T): T {
  const services = info.services?.map((service) => ({
    ...service,
    ...(service.metadata?.tells
      ? { metadata: { ...service.metadata, tells: service.metadata.tells.map(short) } }
      : {}),
    actions: Object.fromEntries(
      Object.entries(service.actions ?? {}).map(([name, action]) => [
        name,
        action.contract ? { ...action, contract: short(action.contract) } : action,
      ]),
    ),
  }));
  return services ? { ...info, services } : info;
}

export class HouseSerializer extends Serializers.Base {
  override serialize(payload: Record<string, unknown>, type?: string): Buffer {
    const text = JSON.stringify(type === "INFO" ? announced(payload) : payload);
    const bytes = Buffer.from(text);
    return bytes.length < longBytes ? bytes : deflateSync(bytes, { level: zlib.Z_BEST_SPEED });
  }

  /** @throws for what is neither, or too much: Moleculer drops the packet and says so */
  override deserialize(bytes: Buffer): unknown {
    const text =
      bytes[0] === deflated ? inflateSync(bytes, { maxOutputLength: mostInflatedBytes }) : bytes;
    return JSON.parse(text.toString());
  }
}
